"""Traces: by attribute and duration, by structure, and metrics made from spans."""

from whodunit.desk.queries.course.step import Step

SPANS = Step(
    slug="spans",
    title="Traces by attribute and duration",
    teaches="""A search for traces states conditions that one span must meet, all of them together: its service, its
        name, attributes, status, how long it took. TraceQL puts them in one pair of braces; `resource.` is what
        belongs to the process, `span.` what belongs to the span, without either it is a field of the span itself,
        such as `duration`. Jaeger's search takes parameters: a service is required, `tags` is JSON, and the answer
        is whole traces, the newest first. The slowest of the answer is therefore the slowest of those that were
        found, not of all.""",
    queries={
        "traceql": """
            { resource.service.name = "payment" && kind = server
              && span.http.route = "/payments" && duration > 100ms }
        """,
        "jaeger": 'service=payment&tags={"http.route":"/payments"}&minDuration=100ms&limit=20',
        "sql": """
            select trace_id, start_time, name, duration_s, status
            from spans
            where service = 'payment' and kind = 'server'
              and attributes['http.route'] = '/payments' and duration_s > 0.1
              and start_time >= $since and start_time < $until
            order by duration_s desc limit 20
        """,
    },
    question="`{ span.a = 1 && span.b = 2 }` and `{ span.a = 1 } && { span.b = 2 }`: what is the difference?",
    answer="""The first asks for one span with both. The second for a trace with a span that has the one, and a
        span, maybe another one, that has the other.""",
)

STRUCTURE = Step(
    slug="structure",
    title="Traces by structure",
    teaches="""Some questions are about how spans hang together: which checkouts have a failed span somewhere below,
        though the checkout itself answered 200? TraceQL writes `>>` for a descendant, `>` for a child, `<<` and `<`
        for the way up, `~` for siblings; it returns the spans on the right. Jaeger's search has no such operator.
        In SQL it is a recursive query from parent to child; the depth tells how far below the failure is. A failure
        that no ancestor shares was caught: by a retry, a fallback, or silence.""",
    queries={
        "traceql": """
            { resource.service.name = "frontend" && name = "POST /api/checkout" } >> { status = error }
        """,
        "sql": """
            with recursive below as (
              select trace_id, span_id, service, name, status, 0 as depth
              from spans
              where service = 'frontend' and name = 'POST /api/checkout'
                and start_time >= $since and start_time < $until
              union all
              select s.trace_id, s.span_id, s.service, s.name, s.status, depth + 1
              from spans s join below b on s.trace_id = b.trace_id and s.parent_span_id = b.span_id
              where s.start_time >= $since and depth < 30
            )
            select service, name, depth, count(*) as spans, count(*) filter (status = 'error') as failed
            from below where depth > 0
            group by all order by failed desc, spans desc limit 20
        """,
    },
    question="""A span is missing from its trace, as a process was killed before it could export. What happens to
        this query?""",
    answer="""The way down ends there: the spans below it have a parent that nobody knows, so they are not found.
        TraceQL loses them as well. A search by trace id alone, without structure, still has them.""",
)

SPAN_METRICS = Step(
    slug="span-metrics",
    title="Metrics from spans, by a high-cardinality attribute",
    teaches="""A metric has a series for each combination of its labels, so nobody makes the product's id a label: a
        hundred thousand products would be a hundred thousand series, times the buckets. A span may carry it, and a
        question may group by it afterwards. TraceQL's metrics functions do (`rate`, `count_over_time`,
        `quantile_over_time`, with `by`). The Collector's span metrics do not: it counts spans as they pass, by the
        few attributes that were chosen beforehand, and PromQL can only ask for those. Where spans are sampled such
        numbers are of the sample alone.""",
    queries={
        "promql": """
            sum by (span_name) (
              rate(traces_span_metrics_calls_total{service_name="product-catalog"}[$window])
            )
        """,
        "traceql": """
            { resource.service.name = "product-catalog" && name = "GetProduct" }
              | quantile_over_time(duration, .95) by (span.shop.product.id)
        """,
        "sql": """
            select attributes['shop.product.id'] as product, count(*) as calls,
                   quantile_cont(duration_s, 0.95) as p95_s,
                   count(*) filter (status = 'error') as failed
            from spans
            where service = 'product-catalog' and name = 'GetProduct'
              and start_time >= $since and start_time < $until
            group by product order by calls desc limit 10
        """,
    },
    question="""One product in two hundred is slow. Which of the three languages here can tell, and which would only
        see a higher p95?""",
    answer="""TraceQL and the store's SQL group by the product. PromQL sees the operation as a whole, and of that
        the p95 does not even move, if the product is asked for less than once in twenty times.""",
)

STEPS = (SPANS, STRUCTURE, SPAN_METRICS)
