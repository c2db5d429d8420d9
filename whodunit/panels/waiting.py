"""Panels about what services wait for: their peers' answers, and connections to their databases."""

from collections.abc import Sequence

from whodunit.panels.lines import level, percentile, rate
from whodunit.panels.panel import Panel, Unit

CALLS = "shop.outbound.duration"
BAD_ENDS = ("error", "timeout")

CALLS_BETWEEN_SERVICES = Panel(
    "Calls between services",
    "Calls per second to each peer. External peers without telemetry are included, as their callers see them.",
    Unit.REQUESTS,
    [rate(CALLS, "{service} → {service.peer.name}", "service", "service.peer.name")],
)


def call_times(callers: Sequence[str], peers: Sequence[str]) -> Panel:
    """Time that each caller waits for each peer."""
    return Panel(
        "Time for each call on the way",
        "How long each caller waits for its peer's answer (p95). Look for the deepest call that is slow: what "
        "lies above it merely waits along. An external peer is seen by its callers alone.",
        Unit.SECONDS,
        [
            percentile(
                95,
                CALLS,
                "{service} → {service.peer.name}",
                *("service", "service.peer.name"),
                service=callers,
                where={"service.peer.name": peers},
                exemplars=True,
            )
        ],
    )


def failing_calls(callers: Sequence[str], peers: Sequence[str]) -> Panel:
    """Calls without a good answer."""
    return Panel(
        "Calls on the way that fail",
        "Calls answered with an error, or not in time. Compare when each line begins.",
        Unit.EVENTS,
        [
            rate(
                CALLS,
                "{service} → {service.peer.name}: {shop.outcome}",
                *("service", "service.peer.name", "shop.outcome"),
                service=callers,
                where={"service.peer.name": peers, "shop.outcome": BAD_ENDS},
            )
        ],
    )


def connection_wait(services: Sequence[str]) -> Panel:
    """Time that requests wait for a connection."""
    return Panel(
        "Waiting for a database connection",
        "How long a request waits before it gets a connection (p95), by service. Next to nothing in health. Compare it "
        "with the time for each call above: time spent here is spent before any call begins.",
        Unit.SECONDS,
        [percentile(95, "db.client.connection.wait_time", "{service}", "service", service=services, exemplars=True)],
    )


def connections(services: Sequence[str]) -> Panel:
    """Connections lent out, those there may be, and who waits."""
    used = {"db.client.connection.state": "used"}
    return Panel(
        "Database connections",
        "Connections that are lent out, the most there may be, and requests that wait for one. All lent out with "
        "nobody waiting is a busy service; where requests wait, it lends longer, or more often, than it can.",
        Unit.THINGS,
        [
            level("db.client.connection.count", "{service}: lent out", "service", service=services, where=used),
            level("db.client.connection.max", "{service}: at most", "service", service=services),
            level("db.client.connection.pending_requests", "{service}: waiting", "service", service=services),
        ],
    )
