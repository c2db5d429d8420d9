"""One service: its requests, how well it answers, the peers it waits for, the resources it uses."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.limits import LATENCY_S
from dashboards.page import Section, page
from dashboards.panels import graph, heat, log_lines
from dashboards.queries import distribution, series
from dashboards.variables import choice

THIS = 'service_name="$service"'
REQUESTS = "http_server_request_duration_seconds"

RATE = graph(
    "Requests",
    "How much it is asked to do, by route.",
    "reqps",
    series(
        promql.rate(f"{REQUESTS}_count", "http_request_method", "http_route", where=THIS),
        "{{http_request_method}} {{http_route}}",
    ),
    stacked=True,
)

ERRORS = graph(
    "Requests answered with an error",
    "Share of answers that are the service's own failure (HTTP 5xx), by route. 4xx are the caller's.",
    "percentunit",
    series(
        promql.share(f"{REQUESTS}_count", 'http_response_status_code=~"5.."', "http_route", where=THIS),
        "{{http_route}}",
    ),
)

TIME = graph(
    "Time to answer",
    "Half of the requests are answered within the median, 19 of 20 within p95, 99 of 100 within p99.",
    "s",
    series(promql.quantile(0.99, REQUESTS, where=THIS), "p99"),
    series(promql.quantile(0.95, REQUESTS, where=THIS), "p95"),
    series(promql.quantile(0.5, REQUESTS, where=THIS), "median"),
    limit=LATENCY_S,
)

HEATMAP = heat(
    "Time to answer, all requests",
    "Every request, by how long it took: the darker, the more. Two bands are two kinds of request, which no "
    "percentile shows. The diamonds are exemplars: each leads to its trace.",
    distribution(promql.buckets(REQUESTS, where=THIS)),
)

PEERS = graph(
    "Time for its peers' answers",
    "How long it waits for each service that it asks (p95).",
    "s",
    series(
        promql.quantile(0.95, "shop_outbound_duration_seconds", "service_peer_name", where=THIS),
        "{{service_peer_name}}",
        exemplars=True,
    ),
)

PEER_FAILURES = graph(
    "What its peers answer",
    "Requests to each service that it asks, by outcome: answered, answered with an error, not answered in time.",
    "cps",
    series(
        promql.rate("shop_outbound_duration_seconds_count", "service_peer_name", "shop_outcome", where=THIS),
        "{{service_peer_name}}: {{shop_outcome}}",
    ),
)

CONNECTIONS = graph(
    "Database connections",
    "Connections that are lent out and idle, the most there may be, and requests that wait for one.",
    "short",
    series(
        f"sum by (db_client_connection_state) (db_client_connection_count{{{THIS}}})", "{{db_client_connection_state}}"
    ),
    series(f"sum(db_client_connection_max{{{THIS}}})", "at most"),
    series(f"sum(db_client_connection_pending_requests{{{THIS}}})", "waiting"),
)

CONNECTION_TIMES = graph(
    "Time with database connections",
    "How long a request waits for a connection, and how long it keeps it (both p95). Who keeps a connection long "
    "makes others wait.",
    "s",
    series(promql.quantile(0.95, "db_client_connection_wait_time_seconds", where=THIS), "waits", exemplars=True),
    series(promql.quantile(0.95, "db_client_connection_use_time_seconds", where=THIS), "keeps"),
)

EVENT_LOOP = graph(
    "Event loop lag",
    "By how much a short sleep overran. An asynchronous service does one thing at a time: while it computes, "
    "everybody waits.",
    "s",
    series(promql.quantile(0.99, "shop_event_loop_lag_seconds", where=THIS), "p99"),
    series(promql.mean("shop_event_loop_lag_seconds", where=THIS), "average"),
)

MEMORY = graph(
    "Memory",
    "Resident memory of its process. Look at the slope over a long time, not at the height. Where it climbs together "
    "with the time to answer, something is kept that should not be.",
    "bytes",
    series(f"max by (service_name) (process_memory_usage_bytes{{{THIS}}})", "{{service_name}}"),
)

CPU = graph(
    "Processor",
    "Share of one processor core that it uses.",
    "percentunit",
    series(promql.rate("process_cpu_time_seconds_total", "service_name", where=THIS), "{{service_name}}"),
)

LOGS = log_lines(
    "Log lines",
    "All its log lines. Open one: its trace id leads to everything that happened around it.",
    f"{{{THIS}}}",
)


def service() -> Dashboard:
    """One service, chosen at the top."""
    return page(
        "service",
        "Service",
        "One service, chosen above: its requests, how well it answers, the peers it waits for, the resources it uses. "
        "The external gateway behind payment exports nothing; it is seen by payment's calls.",
        Section("Requests, answers and growth", [(RATE, ERRORS, TIME), (HEATMAP, MEMORY)]),
        Section("Peers and connections that it waits for", [(PEERS, PEER_FAILURES), (CONNECTIONS, CONNECTION_TIMES)]),
        Section("Resources and log lines", [(EVENT_LOOP, CPU), (LOGS,)]),
        variables=(choice("service", "Service", f"label_values({REQUESTS}_count, service_name)", "order"),),
    )
