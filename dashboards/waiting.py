"""Panels about what services wait for: their peers' answers, and connections to their databases."""

from grafana_foundation_sdk.builders import timeseries

from dashboards import promql
from dashboards.panels import graph
from dashboards.queries import series

CALLS = "shop_outbound_duration_seconds"
WAIT = "db_client_connection_wait_time_seconds"
COUNT = "db_client_connection_count"


def call_times(where: str) -> timeseries.Panel:
    """Time that each caller waits for each peer."""
    return graph(
        "Time for each call on the way",
        "How long each caller waits for its peer's answer (p95). Look for the deepest call that is slow: what "
        "lies above it merely waits along. An external peer is seen by its callers alone.",
        "s",
        series(
            promql.quantile(0.95, CALLS, "service_name", "service_peer_name", where=where),
            "{{service_name}} → {{service_peer_name}}",
            exemplars=True,
        ),
    )


def failing_calls(where: str) -> timeseries.Panel:
    """Calls without a good answer."""
    return graph(
        "Calls on the way that fail",
        "Calls answered with an error, or not in time. Compare when each line begins.",
        "cps",
        series(
            promql.rate(
                f"{CALLS}_count",
                "service_name",
                "service_peer_name",
                "shop_outcome",
                where=f'{where}, shop_outcome!="ok"',
            ),
            "{{service_name}} → {{service_peer_name}}: {{shop_outcome}}",
        ),
    )


def connection_wait(where: str) -> timeseries.Panel:
    """Time that requests wait for a connection."""
    return graph(
        "Waiting for a database connection",
        "How long a request waits before it gets a connection (p95), by service. Next to nothing in health. Compare it "
        "with the time for each call above: time spent here is spent before any call begins.",
        "s",
        series(promql.quantile(0.95, WAIT, "service_name", where=where), "{{service_name}}", exemplars=True),
    )


def connections(where: str) -> timeseries.Panel:
    """Connections lent out, those there may be, and who waits."""
    return graph(
        "Database connections",
        "Connections that are lent out, the most there may be, and requests that wait for one. All lent out with "
        "nobody waiting is a busy service; where requests wait, it lends longer, or more often, than it can.",
        "short",
        series(
            f'sum by (service_name) ({COUNT}{{{where}, db_client_connection_state="used"}})',
            "{{service_name}}: lent out",
        ),
        series(f"sum by (service_name) (db_client_connection_max{{{where}}})", "{{service_name}}: at most"),
        series(
            f"sum by (service_name) (db_client_connection_pending_requests{{{where}}})", "{{service_name}}: waiting"
        ),
    )
