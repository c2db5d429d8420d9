"""Panels about one service: its requests, the peers it waits for, the resources it uses."""

from whodunit.panels.limits import LATENCY_S
from whodunit.panels.lines import level, mean, percentile, rate
from whodunit.panels.panel import Line, Panel, Unit
from whodunit.panels.waiting import CALLS
from whodunit.telemetry.questions import MetricQuery, Statistic

SERVER = "http.server.request.duration"


def requests(service: str) -> Panel:
    """Its requests."""
    route = ("http.request.method", "http.route")
    return Panel(
        "Requests",
        "How much it is asked to do, by route.",
        Unit.REQUESTS,
        [rate(SERVER, "{http.request.method} {http.route}", *route, service=service)],
        stacked=True,
    )


def answer_times(service: str) -> Panel:
    """Its time to answer."""
    return Panel(
        "Time to answer",
        "Half of the requests are answered within the median, 19 of 20 within p95, 99 of 100 within p99.",
        Unit.SECONDS,
        [
            percentile(99, SERVER, "p99", service=service),
            percentile(95, SERVER, "p95", service=service),
            percentile(50, SERVER, "median", service=service),
        ],
        limit=LATENCY_S,
    )


def peer_times(service: str) -> Panel:
    """Time for its peers' answers."""
    peer = "service.peer.name"
    return Panel(
        "Time for its peers' answers",
        "How long it waits for each service that it asks (p95).",
        Unit.SECONDS,
        [percentile(95, CALLS, f"{{{peer}}}", peer, service=service, exemplars=True)],
    )


def peer_answers(service: str) -> Panel:
    """Its requests to peers, by outcome."""
    return Panel(
        "What its peers answer",
        "Requests to each service that it asks, by outcome: answered, answered with an error, not answered in time.",
        Unit.EVENTS,
        [
            rate(
                CALLS,
                "{service.peer.name}: {shop.outcome}",
                *("service.peer.name", "shop.outcome"),
                service=service,
            )
        ],
    )


def connections(service: str) -> Panel:
    """Its database connections."""
    state = "db.client.connection.state"
    return Panel(
        "Database connections",
        "Connections that are lent out and idle, the most there may be, and requests that wait for one.",
        Unit.THINGS,
        [
            level("db.client.connection.count", f"{{{state}}}", state, service=service),
            level("db.client.connection.max", "at most", service=service),
            level("db.client.connection.pending_requests", "waiting", service=service),
        ],
    )


def connection_times(service: str) -> Panel:
    """Its time with database connections."""
    return Panel(
        "Time with database connections",
        "How long a request waits for a connection, and how long it keeps it (both p95). Who keeps a connection long "
        "makes others wait.",
        Unit.SECONDS,
        [
            percentile(95, "db.client.connection.wait_time", "waits", service=service, exemplars=True),
            percentile(95, "db.client.connection.use_time", "keeps", service=service),
        ],
    )


def event_loop(service: str) -> Panel:
    """Its event loop's lag."""
    return Panel(
        "Event loop lag",
        "By how much a short sleep overran. An asynchronous service does one thing at a time: while it computes, "
        "everybody waits.",
        Unit.SECONDS,
        [
            percentile(99, "shop.event_loop.lag", "p99", service=service),
            mean("shop.event_loop.lag", "average", service=service),
        ],
    )


def memory(service: str) -> Panel:
    """Its memory."""
    return Panel(
        "Memory",
        "Resident memory of its process. Look at the slope over a long time, not at the height. Where it climbs "
        "together with the time to answer, something is kept that should not be.",
        Unit.BYTES,
        [Line(MetricQuery("process.memory.usage", Statistic.MAX, service), "{service}", ["service"])],
    )


def processor(service: str) -> Panel:
    """Its processor time."""
    return Panel(
        "Processor",
        "Share of one processor core that it uses.",
        Unit.SHARE,
        [rate("process.cpu.time", "{service}", "service", service=service)],
    )
