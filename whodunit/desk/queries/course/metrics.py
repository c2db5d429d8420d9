"""Counters, rates, aggregation, ratios, gauges."""

from whodunit.desk.queries.course.step import Step

COUNTER = Step(
    slug="counter",
    title="A counter only grows",
    teaches="""A counter is a total that grows, and begins at zero again when its process restarts; only its growth
        over a window means something. `increase()` gives that growth, per series: one for each combination of
        labels. It notices a reset, and it extrapolates to the ends of the window, so that Prometheus may say 41.3
        orders. The store keeps what was added since the export before (delta temporality) instead of totals
        (cumulative temporality): there an increase is a plain sum, in whole numbers.""",
    queries={
        "promql": "increase(shop_order_results_total[$window])",
        "sql": """
            select service, attributes['shop.outcome'] as outcome, sum(value) as increase
            from increases($since, $until)
            where name = 'shop.order.results'
            group by all order by increase desc
        """,
    },
    question="""A service restarts, and its counter falls from 9,120 to 14. How large is the increase between the
        two?""",
    answer="""14. A fall is a reset: Prometheus takes the new value as the growth since zero. What was counted
        between the last export and the restart is lost. With a new process's own instance label it is a series of
        its own.""",
)

RATE = Step(
    slug="rate",
    title="A rate is an increase per second",
    teaches="""`rate()` is `increase()` divided by the seconds of the range, so that windows of different length
        compare. The range must hold two samples at least, or there is no rate; four exports, here 20 s, survive one
        that is late. A longer range is smoother and slower: it shows a spike lower, and for as long as it stays in
        the range. `irate()` takes the last two samples alone, for looking closely, never for an alert. In SQL the
        same is a sum for each bucket of time, divided by its length.""",
    queries={
        "promql": "rate(shop_order_results_total[$rate])",
        "sql": """
            select time_bucket(interval '$step seconds', time) as step,
                   attributes['shop.outcome'] as outcome,
                   sum(value) / $step as per_second
            from increases($since, $until)
            where name = 'shop.order.results'
            group by all order by step
        """,
    },
    unit="{order}/s",
    question="""The services export every 5 s. Why does `rate(shop_order_results_total[5s])` draw nothing, or only
        dots?""",
    answer="""A range of 5 s holds one sample, mostly. A rate needs two, so the series has no value there. Take at
        least four times the export interval; Grafana's `$__rate_interval` does.""",
)

AGGREGATION = Step(
    slug="aggregation",
    title="Rate first, then sum",
    teaches="""An aggregation joins series: `sum by (service_name)` keeps that one label and adds up over all
        others, `sum without (instance)` drops one and keeps the rest. The rate comes first, the sum second: a sum
        of totals falls when one process restarts, and no function can tell such a fall from a reset of all. A
        histogram's `_count` is a counter as well, so requests per second need no metric of their own. In SQL, `by`
        is `group by`.""",
    queries={
        "promql": "sum by (service_name) (rate(http_server_request_duration_seconds_count[$rate]))",
        "sql": """
            select time_bucket(interval '$step seconds', time) as step, service,
                   sum(count) / $step as per_second
            from increases($since, $until)
            where name = 'http.server.request.duration'
            group by all order by step
        """,
    },
    unit="{request}/s",
    question="Why does Prometheus refuse `rate(sum(http_server_request_duration_seconds_count)[1m])`?",
    answer="""`rate()` takes a range of samples, and only a selector, or a subquery such as `sum(…)[1m:5s]`, gives
        one. The subquery would parse, and be wrong whenever a process restarts.""",
)

RATIO = Step(
    slug="ratio",
    title="A ratio of sums, never a mean of ratios",
    teaches="""The share of failed requests is one sum divided by another with the same labels. Both sides are
        matched label by label: a series without a partner on the other side is left out. So a service that never
        failed is absent from the PromQL result, which is not the same as 0; SQL's filter counts it as 0. Ratios do
        not add up: the mean of the services' ratios weighs a service with ten requests like one with ten thousand.
        `=~` is a regular expression that must match the whole value.""",
    queries={
        "promql": """
            sum by (service_name) (
              rate(http_server_request_duration_seconds_count{http_response_status_code=~"5.."}[$window])
            )
            /
            sum by (service_name) (
              rate(http_server_request_duration_seconds_count[$window])
            )
        """,
        "sql": """
            select service, sum(count) as requests,
                   coalesce(sum(count) filter (attributes['http.response.status_code'] like '5%'), 0) as failed,
                   failed / requests as ratio
            from increases($since, $until)
            where name = 'http.server.request.duration'
            group by service order by ratio desc
        """,
    },
    question="How does PromQL show 0 for services that have not failed?",
    answer="""Give the left side a value for each service: `(… or 0 * sum by (service_name) (rate(…))) / …`. `or`
        takes the series of its right side whose labels the left side lacks. With `0 *` the right ones are there,
        and count nothing.""",
)

GAUGE = Step(
    slug="gauge",
    title="A gauge is a level",
    teaches="""A gauge goes up and down: orders in processing, connections in use, bytes. Its value means something
        as it stands, so it is never rated; ask for `max_over_time()`, `min_over_time()` or `avg_over_time()` of a
        range, or for `delta()` and `deriv()` where the change matters. Between two exports a peak is invisible: a
        gauge is a sample of the level, a counter misses nothing. OpenTelemetry's UpDownCounter arrives as a gauge,
        too; unlike other gauges its series may be summed.""",
    queries={
        "promql": "max_over_time(shop_order_in_processing[$rate])",
        "sql": """
            select time_bucket(interval '$step seconds', time) as step, service, max(value) as orders
            from metrics
            where name = 'shop.order.in_processing' and time >= $since and time < $until
            group by all order by step
        """,
    },
    unit="{order}",
    question="Someone draws `rate(shop_order_in_processing[1m])`. What does the line show?",
    answer="""Each time the level falls, `rate()` believes that a counter was reset, and counts what remains as
        growth. The line is high when the level moves much, whichever way. `deriv()` is the slope of a gauge.""",
)

STEPS = (COUNTER, RATE, AGGREGATION, RATIO, GAUGE)
