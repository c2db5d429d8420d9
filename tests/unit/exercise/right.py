"""Evidence as right solutions leave it; each test spoils some of it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from whodunit.exercise.catalogue import Request, exercise
from whodunit.exercise.evidence import Attributes, Delivery, Evidence, LogLine, Series, Span, SpanId, Visit

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0)
LIST = (
    "SELECT products.id, name, coalesce(avg(stars), 0) AS stars, count(stars) AS reviews FROM products "
    "LEFT JOIN reviews ON reviews.product_id = products.id WHERE category = ? GROUP BY products.id"
)
ONE = LIST.replace("category = ?", "products.id = ?")
ASKS = {"/products?category=lamps": LIST, "/products?category=chairs": LIST, "/products/7": ONE}
PAGES = {"lamps": ((1, 4.0, 1), (2, 0.0, 0)), "chairs": ((7, 3.5, 2), (8, 0.0, 0))}
SECOND_US = 1_000_000

Spoil = Callable[[Evidence], Evidence]


def flask_products(folder: Path) -> Evidence:
    """Seven requests to a shop of four products; a review of product 1 is written before the last."""
    it = exercise("flask-products")
    visits = tuple(_flask_visit(place, request) for place, request in enumerate(it.file.requests))
    spans = [span for place, visit in enumerate(visits) for span in _flask_spans(place, visit)]
    return Evidence(
        visits,
        tuple(spans),
        (*_query_lines(visits[0], 0, {"category": "lamps"}, 2), *_query_lines(visits[3], 3, {"product_id": "7"}, 1)),
        tuple(_duration(visit) for visit in visits),
        _deliveries(),
        _database(folder / "app.db"),
        it.answer,
        it.answer,
    )


def _flask_visit(place: int, request: Request) -> Visit:
    category = request.path.partition("category=")[2]
    before_review = {1: (4.0, 1)} if place == 6 else {1: (3.0, 0)}
    if place == 3:
        return Visit(request, f"{place:032x}", request.status, '<p data-product="7" data-stars="3.5" data-reviews="2">')
    products = [(key, *before_review.get(key, (stars, count))) for key, stars, count in PAGES.get(category, ())]
    page = "".join(f'<li data-product="{k}" data-stars="{s}" data-reviews="{c}">' for k, s, c in products)
    return Visit(request, f"{place:032x}", request.status, page)


def _flask_spans(place: int, visit: Visit) -> list[Span]:
    request, start_us = visit.request, place * SECOND_US
    server = Span(
        SpanId(visit.trace_id, f"{place:016x}"),
        "caller",
        f"{request.method} {request.route}",
        "server",
        start_us,
        0.004,
        "unset",
        {
            "http.request.method": request.method,
            "http.route": request.route,
            "http.response.status_code": str(visit.status),
        },
    )
    if place == 1 or request.path not in ASKS:
        return [server]
    asked = {"db.system.name": "sqlite", "db.query.text": ASKS[request.path]}
    statement = SpanId(visit.trace_id, f"a{place:015x}")
    return [server, Span(statement, server.id.span_id, "SELECT", "client", start_us + 1000, 0.002, "unset", asked)]


def _query_lines(visit: Visit, place: int, parameters: dict[str, str], rows: int) -> tuple[LogLine, ...]:
    within, start_us = SpanId(visit.trace_id, f"{place:016x}"), place * SECOND_US
    return (
        LogLine(start_us + 900, "Query begins.", within, parameters),
        LogLine(start_us + 3100, "Query ended.", within, {**parameters, "rows": str(rows)}),
    )


def _duration(visit: Visit) -> Series:
    attributes = {
        "http.request.method": visit.request.method,
        "http.route": visit.request.route,
        "http.response.status_code": str(visit.status),
    }
    return Series("http.server.request.duration", "s", "histogram", attributes, 1, BOUNDS, (1, *[0] * len(BOUNDS)))


def _deliveries() -> tuple[Delivery, ...]:
    in_turn = dict.fromkeys(("spans", "metrics", "logs"), "B")
    at_once = in_turn | {"spans": "A"}
    return tuple(Delivery("VARIABLES", w, {s: frozenset({to}) for s, to in w.items()}) for w in (in_turn, at_once))


def _database(file: Path) -> Path:
    schema = exercise("flask-products").solution / "schema.sql"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous = off")
        connection.executescript(schema.read_text(encoding="utf-8"))
        products = [
            (1, "Lamp 1", "lamps", 1),
            (2, "Lamp 2", "lamps", 1),
            (7, "Chair 7", "chairs", 1),
            (8, "Chair 8", "chairs", 1),
        ]
        connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", products)
        connection.executemany("INSERT INTO reviews (product_id, stars) VALUES (?, ?)", [(1, 4), (7, 3), (7, 4)])
    return file


def propagate() -> Evidence:
    """Three orders, of which each is reserved in a thread, and a pallet with all three."""
    requests = exercise("propagate").file.requests
    visits = tuple(
        Visit(each, f"{order:032x}", 202, json.dumps({"order": order})) for order, each in enumerate(requests, 1)
    )
    spans = [span for order, visit in enumerate(visits, 1) for span in _order_spans(order, visit)]
    links = tuple(span.id for span in spans if span.kind == "producer")
    processed = {
        "messaging.destination.name": "parcels",
        "messaging.operation.type": "process",
        "messaging.batch.message_count": "3",
    }
    ids, types = SpanId("f" * 32, "f" * 16), {"messaging.batch.message_count": "int"}
    pallet = Span(ids, "", "process parcels", "consumer", SECOND_US, 0.001, "unset", processed, links, types=types)
    lines = [LogLine(0, "Goods are reserved.", SpanId(visit.trace_id, "3")) for visit in visits]
    return Evidence(visits, (*spans, pallet), (*lines, LogLine(0, "A pallet leaves.", pallet.id)))


def _order_spans(order: int, visit: Visit) -> list[Span]:
    def span(number: int, parent: str, name: str, kind: str, attributes: dict[str, str], took_s: float = 0.01) -> Span:
        place = SpanId(visit.trace_id, f"{order}{number}")
        return Span(place, parent, name, kind, order, took_s, "unset", attributes)

    sent = {"messaging.destination.name": "parcels", "messaging.operation.type": "send"}
    return [
        span(0, "caller", "POST /orders", "server", {}),
        span(1, f"{order}0", "reserve stock", "internal", {"order.id": str(order)}, 0.25),
        span(2, f"{order}0", "send parcels", "producer", sent),
    ]


def spans_changed(which: Callable[[Span], bool], change: Callable[[Span], Span | None]) -> Spoil:
    """Change each span that `which` picks; None drops it."""

    def spoil(evidence: Evidence) -> Evidence:
        changed = [change(span) if which(span) else span for span in evidence.spans]
        return replace(evidence, spans=tuple(span for span in changed if span))

    return spoil


def without(*names: str) -> Callable[[Span], Span]:
    """A span without these attributes."""

    def left(attributes: Attributes) -> Attributes:
        return {name: value for name, value in attributes.items() if name not in names}

    return lambda span: replace(span, attributes=left(span.attributes), types=left(span.types))


def having(**changes: object) -> Callable[[Span], Span]:
    """A span with other fields."""
    return lambda span: replace(span, **changes)  # type: ignore[arg-type]


def said(**attributes: str) -> Callable[[Span], Span]:
    """A span with more attributes; `__` in a name stands for a dot."""
    more = {name.replace("__", "."): value for name, value in attributes.items()}
    return lambda span: replace(span, attributes={**span.attributes, **more})
