"""Distributions: histograms, percentiles, and the difference to a summary."""

from whodunit.desk.queries.course.step import Step

HISTOGRAM = Step(
    slug="histogram",
    title="A histogram is a row of counters",
    teaches="""A histogram counts measurements in buckets. Prometheus has a series for each bucket, whose label `le`
        is its upper bound, and each counts everything up to that bound: the buckets are cumulative, the last,
        `le="+Inf"`, equals `_count`, and `_sum` adds up what was measured. All of them are counters, so a rate
        comes first. `_sum / _count` is the mean, which a few very slow payments pull up while most are quick. Each
        combination of labels has all the buckets: their number is what a histogram costs. OTLP and the store have
        each bucket by itself; the second column adds them up.""",
    queries={
        "promql": "sum by (le) (increase(shop_payment_duration_seconds_bucket[$window]))",
        "sql": """
            select if(isinf(b.le), '+Inf', b.le::varchar) as le, sum(n) as in_bucket,
                   sum(sum(n)) over (order by b.le) as up_to
            from (
              select unnest(bucket_counts) as n, unnest(list_append(bounds, 'infinity'::double)) as le
              from increases($since, $until)
              where name = 'shop.payment.duration'
            ) b
            group by b.le order by b.le
        """,
    },
    question="How many payments took longer than 10 s, without any function for percentiles?",
    answer="""All of them less those up to 10 s: increase of `…_count` minus increase of `…_bucket{le="10"}`. That
        is exact, as 10 is a bound. This is how a promise such as "95 % within 750 ms" is counted: with a bound at
        0.75.""",
)

PERCENTILE = Step(
    slug="percentile",
    title="A percentile is read from buckets",
    teaches="""`histogram_quantile(0.95, …)` looks for the bucket in which the 95th of a hundred measurements lies,
        and interpolates within it as if its measurements were spread evenly. So the result can be off by as much as
        the bucket is wide, and a bound at the promised value makes it exact there. Beyond the last bound there is
        nothing to interpolate: the answer is that bound, however slow it really was. Sum first, with `le` kept;
        percentiles themselves cannot be summed or averaged. Spans have every duration, and exact percentiles, for
        as long as none of them is sampled away.""",
    queries={
        "promql": "histogram_quantile(0.95, sum by (le) (rate(shop_payment_duration_seconds_bucket[$rate])))",
        "sql": """
            with buckets as (
              select time_bucket(interval '$step seconds', time) as step, le, sum(n) as n
              from (
                select time, unnest(bucket_counts) as n, unnest(list_append(bounds, 'infinity'::double)) as le
                from increases($since, $until)
                where name = 'shop.payment.duration'
              ) group by all
            ), ranked as (
              select *, coalesce(lag(le) over below, 0) as lower, sum(n) over below as up_to,
                     0.95 * sum(n) over (partition by step) as rank
              from buckets window below as (partition by step order by le)
            )
            select step, min_by(if(isinf(le), lower, lower + (le - lower) * (rank - up_to + n) / n), le) as p95
            from ranked where n > 0 and up_to >= rank
            group by step order by step
        """,
    },
    unit="s",
    question="The p95 stands at exactly 30 s for ten minutes. What does that tell?",
    answer="""30 s is the last bound. More than one measurement in twenty lies beyond it, and how far, the histogram
        does not know. Look at the slowest traces.""",
)

SUMMARY = Step(
    slug="summary",
    title="Why a summary's percentiles cannot be joined",
    teaches="""Counter, gauge and histogram leave the arithmetic to the question. A summary has done it: each
        process keeps its own percentiles and exports them as finished numbers, exact and cheap to read. But they
        cannot be aggregated: the mean of ten processes' p95 is nobody's p95, nor is the highest. Nor can another
        percentile, or another window, be asked for later. The two rows here are what such a mean would say, and the
        truth. OpenTelemetry therefore makes no summaries, and the store keeps none.""",
    queries={
        "promql": """
            label_replace(
              avg(
                histogram_quantile(0.95, sum by (le, service_name) (
                  rate(http_server_request_duration_seconds_bucket[$window])
                ))
              ),
              "p95", "mean of the services", "", ""
            )
            or
            label_replace(
              histogram_quantile(0.95, sum by (le) (
                rate(http_server_request_duration_seconds_bucket[$window])
              )),
              "p95", "all requests", "", ""
            )
        """,
        "sql": """
            with requests as (
              select service, duration_s from spans
              where kind = 'server' and start_time >= $since and start_time < $until
            ), of_service as (
              select service, quantile_cont(duration_s, 0.95) as p95_s from requests group by service
            )
            select 'mean of the services' as p95, avg(p95_s) as seconds from of_service
            union all
            select 'all requests', quantile_cont(duration_s, 0.95) from requests
        """,
    },
    question="Where is a summary the better choice, nevertheless?",
    answer="""For one process whose percentile must be exact and whose range of values nobody knows beforehand, so
        that no buckets could be chosen. A native (exponential) histogram, whose buckets choose themselves, has
        mostly replaced it.""",
)

STEPS = (HISTOGRAM, PERCENTILE, SUMMARY)
