"""Evidence of an instrumented inventory as a right solution leaves it, and what spoils it."""

from collections.abc import Callable
from dataclasses import replace

from tests.unit.exercise.right import BOUNDS, Spoil, having, said, spans_changed, without
from whodunit.exercise.catalogue import Request, exercise
from whodunit.exercise.evidence import Attributes, Cost, Evidence, LogLine, Series, Span, SpanId, Visit
from whodunit.exercise.judging.service_logs import AWAY, LATE

NAME = "instrument-inventory"
CALLER, ALONE = "ca11e4", "e" * 32
FINE = tuple(sorted((*BOUNDS, 0.6)))
LATE_PLACE, LOCKED_PLACE, PROBE_PLACE = 3, 8, 9
SOLD_OUT_PLACE, STOCK_PLACE = 2, 6


def instrumented() -> Evidence:
    """Nine requests of order, and a probe that leaves nothing."""
    visits = tuple(_visit(place, request) for place, request in enumerate(exercise(NAME).file.requests))
    asked = [visit for place, visit in enumerate(visits) if place != PROBE_PLACE]
    return Evidence(
        visits,
        tuple(span for visit in asked for span in _spans(visit)),
        (_late(visits[LATE_PLACE]), _away(visits[LOCKED_PLACE])),
        (*(_duration(visit) for visit in asked), *map(_counted, ("reserved", "out_of_stock", "too_late"))),
        span_batches=2,
        cost=Cost(2000.0, 1400.0),
    )


def _visit(place: int, request: Request) -> Visit:
    return Visit(request, f"{place:032x}", request.status, "{}", CALLER)


def _spans(visit: Visit) -> list[Span]:
    request, failed = visit.request, "error" if visit.status >= 500 else "unset"
    attributes = {
        "http.request.method": request.method,
        "http.route": request.route,
        "http.response.status_code": str(visit.status),
    }
    if request.body:
        attributes["shop.product.ids"] = str([item["product_id"] for item in request.body["items"]])
    name = f"{request.method} {request.route}"
    ids = SpanId(visit.trace_id, "5e")
    server = Span(ids, CALLER, name, "server", 1000, 0.004, failed, attributes, types={"shop.product.ids": "array"})
    asked = {"db.system.name": "sqlite", "db.query.text": "SELECT state FROM reservations WHERE order_id = ?"}
    statement = Span(SpanId(visit.trace_id, "db"), "5e", "SELECT", "client", 2000, 0.001, failed, asked)
    return [server] if visit.status == 504 else [server, statement]


def _late(visit: Visit) -> LogLine:
    told = {"shop.order.id": visit.request.body["order_id"], "shop.inventory.late_by": "1.252"}
    return LogLine(1500, LATE, SpanId(visit.trace_id, "5e"), told, "WARN")


def _away(visit: Visit) -> LogLine:
    return LogLine(1500, AWAY, SpanId(visit.trace_id, "5e"), {"exception.type": "OperationalError"}, "ERROR")


def _duration(visit: Visit) -> Series:
    attributes = _spans(visit)[0].attributes
    names = ("http.request.method", "http.route", "http.response.status_code")
    told = {name: attributes[name] for name in names}
    return Series("http.server.request.duration", "s", "histogram", told, 1, FINE, (1, *[0] * len(FINE)))


def _counted(outcome: str) -> Series:
    return Series("shop.inventory.reservations", "{reservation}", "counter", {"shop.outcome": outcome}, value=1.0)


def nothing(evidence: Evidence) -> Evidence:
    """What an application without telemetry leaves."""
    return Evidence(evidence.visits)


def server(span: Span) -> bool:
    """The span of a request."""
    return span.kind == "server"


def statement(span: Span) -> bool:
    """The span of a statement."""
    return "db.query.text" in span.attributes


def at(place: int, which: Callable[[Span], bool] = server) -> Callable[[Span], bool]:
    """A span of one request."""
    return lambda span: which(span) and span.id.trace_id == f"{place:032x}"


def adding(*spans: Span) -> Spoil:
    """More spans."""
    return lambda evidence: replace(evidence, spans=evidence.spans + spans)


def inner(place: int, name: str = "reserve", **changes: object) -> Span:
    """An internal span below that of a request."""
    within = Span(SpanId(f"{place:032x}", "1e"), "5e", name, "internal", 1200, 0.002, "unset")
    return having(**changes)(within)


def metrics(begin: str, **changes: object) -> Spoil:
    """Change every series of the metrics whose name begins so."""

    def spoil(evidence: Evidence) -> Evidence:
        changed = (replace(s, **changes) if s.name.startswith(begin) else s for s in evidence.series)  # type: ignore[arg-type]
        return replace(evidence, series=tuple(changed))

    return spoil


def labelled(begin: str, change: Callable[[dict[str, str]], Attributes]) -> Spoil:
    """Change the attributes of every series of a metric."""

    def spoil(evidence: Evidence) -> Evidence:
        series = (
            replace(each, attributes=change(dict(each.attributes))) if each.name.startswith(begin) else each
            for each in evidence.series
        )
        return replace(evidence, series=tuple(series))

    return spoil


def more(**attributes: str) -> Callable[[dict[str, str]], Attributes]:
    """Attributes with others besides."""
    return lambda each: each | {name.replace("__", "."): value for name, value in attributes.items()}


def less(name: str) -> Callable[[dict[str, str]], Attributes]:
    """Attributes without one."""
    return lambda each: {key: value for key, value in each.items() if key != name}


def line(place: int, **changes: object) -> Spoil:
    """Change the first or the second log record."""

    def spoil(evidence: Evidence) -> Evidence:
        logs = list(evidence.logs)
        logs[place] = replace(logs[place], **changes)  # type: ignore[arg-type]
        return replace(evidence, logs=tuple(logs))

    return spoil


def and_line(body: str, place: int, severity: str = "INFO", **attributes: str) -> Spoil:
    """One more log record, in the trace of a request."""
    within = SpanId(f"{place:032x}", "5e")
    return lambda evidence: replace(
        evidence, logs=(*evidence.logs, LogLine(1600, body, within, more(**attributes)({}), severity))
    )


def without_lines(*bodies: str) -> Spoil:
    """No log record with these texts."""
    return lambda evidence: replace(evidence, logs=tuple(each for each in evidence.logs if each.body not in bodies))


def visit(place: int, **changes: object) -> Spoil:
    """Change a request or its answer."""

    def spoil(evidence: Evidence) -> Evidence:
        visits = list(evidence.visits)
        visits[place] = replace(visits[place], **changes)  # type: ignore[arg-type]
        return replace(evidence, visits=tuple(visits))

    return spoil


def told_by_the_span_alone(evidence: Evidence) -> Evidence:
    """An exception event in place of the log record."""
    return spans_changed(at(LOCKED_PLACE), having(events=EXCEPTION))(without_lines(AWAY)(evidence))


OF_TIME, OF_STOCK = "http.server", "shop.inventory"
EXCEPTION = ({"event.name": "exception", "exception.type": "OperationalError"},)
SECRET, BEARER = "Zx81-kRbu", "Qv52-mLta"

WRONG: list[tuple[str, str, Spoil]] = [
    ("context", "nothing", nothing),
    ("context", "answer", visit(0, status=500)),
    ("context", "kind", spans_changed(server, having(kind="internal"))),
    ("context", "context", visit(1, trace_id=ALONE)),
    ("context", "twice", lambda evidence: replace(evidence, spans=evidence.spans * 2)),
    ("context", "parent", spans_changed(server, having(parent_id=""))),
    ("context", "parent", spans_changed(at(0), having(parent_id="another"))),
    ("context", "statements", spans_changed(statement, lambda _: None)),
    ("context", "own-trace", spans_changed(statement, having(id=SpanId(ALONE, "db"), parent_id=""))),
    ("context", "own-trace", spans_changed(at(4, statement), having(parent_id=CALLER))),
    ("names", "nothing", nothing),
    ("names", "old-names", spans_changed(server, said(http__method="POST"))),
    ("names", "old-names", spans_changed(statement, said(db__statement="SELECT 1"))),
    ("names", "route", spans_changed(at(4), said(http__route="/reservations/order-4c7f/commit"))),
    ("names", "status-code", spans_changed(server, without("http.response.status_code"))),
    ("names", "name", spans_changed(server, having(name="reserve"))),
    ("names", "error", spans_changed(at(SOLD_OUT_PLACE), having(status="error"))),
    ("names", "system", spans_changed(statement, without("db.system.name"))),
    ("names", "products", spans_changed(server, without("shop.product.ids"))),
    ("names", "products", spans_changed(at(0), said(shop__product__ids="[113]"))),
    ("names", "products", spans_changed(at(0), having(types={}))),
    ("names", "undeclared", spans_changed(at(0), said(order_id="order-4c7f"))),
    ("names", "undeclared", spans_changed(at(0), said(shop__order="order-4c7f"))),
    ("names", "undeclared", adding(inner(0, attributes={"shop.reservation.state": "reserved"}))),
    ("reservations", "nothing", nothing),
    ("reservations", "nothing", metrics(OF_STOCK, name="reservations_total")),
    ("reservations", "instrument", metrics(OF_STOCK, type="updowncounter")),
    ("reservations", "instrument", metrics(OF_STOCK, type="histogram")),
    ("reservations", "unit", metrics(OF_STOCK, unit="1")),
    ("reservations", "outcome", labelled(OF_STOCK, less("shop.outcome"))),
    ("reservations", "outcome", labelled(OF_STOCK, more(shop__outcome="success"))),
    ("reservations", "attributes", labelled(OF_STOCK, more(shop__order__id="order-4c7f"))),
    ("reservations", "count", metrics(OF_STOCK, value=2.0)),
    ("reservations", "count", metrics(OF_STOCK, value=0.0)),
    ("objective", "nothing", nothing),
    ("objective", "old-name", metrics(OF_TIME, name="http.server.duration", unit="ms")),
    ("objective", "type", metrics(OF_TIME, type="counter")),
    ("objective", "unit", metrics(OF_TIME, unit="ms")),
    ("objective", "method", labelled(OF_TIME, less("http.request.method"))),
    ("objective", "route", labelled(OF_TIME, less("http.route"))),
    ("objective", "status-code", labelled(OF_TIME, less("http.response.status_code"))),
    ("objective", "unbounded", labelled(OF_TIME, more(user_id="51734"))),
    ("objective", "buckets", metrics(OF_TIME, bounds=(0.0, 5.0, 10.0, 25.0))),
    ("objective", "count", metrics(OF_TIME, count=0)),
    ("objective", "objective", metrics(OF_TIME, bounds=BOUNDS)),
    ("objective", "objective", metrics(OF_TIME, bounds=tuple(each for each in FINE if each != 0.75))),
    ("cardinality", "nothing", nothing),
    ("cardinality", "unbounded", labelled(OF_STOCK, more(order="order-91b2"))),
    ("cardinality", "unbounded", labelled(OF_STOCK, more(shop__user__id="51734"))),
    ("cardinality", "unbounded", labelled(OF_STOCK, more(product="113"))),
    ("cardinality", "unbounded", labelled(OF_STOCK, more(shop__product__ids="[113, 187]"))),
    ("cardinality", "unbounded", labelled(OF_TIME, more(url__path="/reservations/order-4c7f/commit"))),
    ("refusal", "nothing", nothing),
    ("refusal", "line", without_lines(LATE)),
    ("refusal", "body", line(0, body=f"{LATE[:-1]} (order-d03e)")),
    ("refusal", "twice", lambda evidence: replace(evidence, logs=(evidence.logs[0], *evidence.logs))),
    ("refusal", "not-joined", line(0, within=SpanId("", ""))),
    ("refusal", "severity", line(0, severity="ERROR")),
    ("refusal", "order", line(0, attributes={"order": "order-d03e", "shop.inventory.late_by": "1.25"})),
    ("refusal", "late-by", line(0, attributes={"shop.order.id": "order-d03e", "shop.inventory.late_by": "1250"})),
    ("refusal", "late-by", line(0, attributes={"shop.order.id": "order-d03e", "shop.inventory.late_by": "late"})),
    ("once", "nothing", nothing),
    ("once", "line", line(1, body="OperationalError")),
    ("once", "line", line(1, severity="WARN")),
    ("once", "line", told_by_the_span_alone),
    ("once", "not-joined", line(1, within=SpanId("", ""))),
    ("once", "type", line(1, attributes={})),
    ("once", "twice", and_line("Cannot reserve.", LOCKED_PLACE, "ERROR")),
    ("once", "twice", and_line("Exception in ASGI application", 77, "ERROR", exception__type="OperationalError")),
    ("once", "twice", spans_changed(at(LOCKED_PLACE), having(events=EXCEPTION))),
    ("once", "expected", and_line("Out of stock!", SOLD_OUT_PLACE, "ERROR")),
    ("once", "expected", adding(inner(SOLD_OUT_PLACE, status="error"))),
    ("once", "expected", spans_changed(at(LATE_PLACE), having(events=EXCEPTION))),
    ("once", "status", spans_changed(at(LOCKED_PLACE), having(status="unset"))),
    ("secrets", "nothing", nothing),
    ("secrets", "span", spans_changed(at(STOCK_PLACE), said(url__query=f"token={SECRET}"))),
    ("secrets", "span", spans_changed(at(STOCK_PLACE), said(http__request__header__authorization=BEARER))),
    ("secrets", "span", spans_changed(at(STOCK_PLACE), having(events=({"event.name": "asked", "by": BEARER},)))),
    ("secrets", "log", and_line(f'"GET /stock/113?token={SECRET} HTTP/1.1" 200', STOCK_PLACE)),
    ("secrets", "log", and_line("Asked for stock.", STOCK_PLACE, caller=f"Bearer {BEARER}")),
    ("secrets", "metric", labelled(OF_STOCK, more(caller=BEARER))),
    ("cost", "nothing", nothing),
    ("cost", "one-by-one", lambda evidence: replace(evidence, span_batches=len(evidence.spans))),
    ("cost", "probe", adding(inner(PROBE_PLACE, kind="server", name="GET /readyz"))),
    ("cost", "plumbing", adding(inner(0, "POST /reservations http send"))),
]  # fmt: skip
