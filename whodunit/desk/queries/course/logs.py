"""Log records: search, counting a phrase, extraction at query time."""

from whodunit.desk.queries.course.step import Step

SEARCH = Step(
    slug="log-search",
    title="Log search: narrow by label, then by text",
    teaches="""LogQL begins with a selector of streams in braces. Only those labels are indexed, so there should be
        few, with few values each: here the service. Everything after it is a pipeline that reads each line of the
        chosen streams: `|=` contains, `!=` contains not, `|~` matches a regular expression. Attributes come with
        each line as structured metadata, and are compared after a bar. A narrower selector is what makes a search
        quick. In the store service, severity and time are columns, and the text is searched with `like` or a
        regular expression.""",
    queries={
        "logql": '{service_name=~"order|payment"} |~ "(?i)timeout|failed"',
        "sql": """
            select time, service, severity, body, trace_id
            from logs
            where service in ('order', 'payment') and regexp_matches(body, '(?i)timeout|failed')
              and time >= $since and time < $until
            order by time desc limit 50
        """,
    },
    question="Why is the order's id an attribute of the line, and not a label of the stream?",
    answer="""Every combination of labels is a stream with an index entry and chunks of its own. Thousands of ids
        would make thousands of streams of a few lines each, and every query slow. High cardinality belongs into the
        line or its metadata.""",
)

PHRASE = Step(
    slug="phrase",
    title="Counting a phrase over time",
    teaches="""`count_over_time()` makes a number of lines: how many of the last range match. From there on
        everything is as with metrics, `sum by (…)`, `rate()`, `topk()`. So a message that nobody has made a metric
        of can be drawn, and alerted on, by its wording. It costs reading every line of the range each time, and
        breaks silently when somebody rewrites the message; what is asked all day deserves a counter. A step without
        lines has no value, which is not 0.""",
    queries={
        "logql": 'sum by (service_name) (count_over_time({service_name=~".+"} |= "failed" [$rate]))',
        "sql": """
            select time_bucket(interval '$step seconds', time) as step, service, count(*) as lines
            from logs
            where contains(body, 'failed') and time >= $since and time < $until
            group by all order by step
        """,
    },
    unit="{line}",
    question="""The alert "more than five lines with timed out in five minutes" has been silent since last week. Two
        reasons?""",
    answer="""Nothing has timed out, or a release has changed the words to "timeout". A count that finds nothing is
        absent, and looks the same in both cases. Alert on a counter, or watch that the phrase still occurs at
        all.""",
)

EXTRACTION = Step(
    slug="extraction",
    title="Extraction at query time",
    teaches="""A value within a text can be taken out while asking, and needs no change in the service. LogQL has
        parsers for it: `| json`, `| logfmt`, `| pattern`, and `| regexp`, whose named groups become labels;
        `line_format` puts an attribute in the line's place, so that a parser can read it. `| unwrap` makes a
        label's value the number to calculate with, here seconds, so `quantile_over_time()` is exact: it sees every
        line. In SQL `regexp_extract` does the same, and a cast makes a number of it. The product catalogue writes
        its query's parameters as one text, and from that the time per category comes out.""",
    queries={
        "logql": r"""
            quantile_over_time(0.95,
              {service_name="product-catalog"} |= "Query of products ended."
                | line_format "{{.shop_query_parameters}}"
                | regexp "category='(?P<category>[^']*)'"
                | unwrap shop_query_duration [$window]
            ) by (category)
        """,
        "sql": """
            select regexp_extract(attributes['shop.query.parameters'], 'category=''([^'']*)''', 1) as category,
                   count(*) as queries,
                   quantile_cont(attributes['shop.query.duration']::double, 0.95) as p95_s
            from logs
            where body = 'Query of products ended.' and time >= $since and time < $until
            group by category order by p95_s desc
        """,
    },
    question="One row has an empty category. What are these lines?",
    answer="""Their text says `category=None`, without quotes: the expression does not match, and the extraction
        gives an empty text. Lines that a parser cannot read stay in the result; LogQL marks them with `__error__`
        only where a parser or unwrap fails.""",
)

STEPS = (SEARCH, PHRASE, EXTRACTION)
