import pytest

from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.views.busy_shop import checkout
from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.waterfall import waterfall


def trace_of(store: DuckStore, dry: bool) -> tuple[list[Span], list[LogRecord]]:
    telemetry = StoreTelemetry(store)
    spans = telemetry.trace(checkout(store, 43, 10.0, dry)).sample
    logs = telemetry.logs(LogQuery(), Window(at(0), at(60)), 100).sample
    return list(spans), list(logs)


EXPECTED = """\
                                             0             4.66s           9.31s
frontend POST /api/checkout            2.02s ███████▌
└ frontend POST → order                2.01s ███████▌
  └ order POST /orders                 2.00s ███████▌
    └ order process order              9.30s ███████████████████████████████████
      ├ order POST → payment           9.25s ███████████████████████████████████
      │ └ payment POST /payments       9.24s ███████████████████████████████████
      │   └ payment process payment    9.23s ███████████████████████████████████
      │     ├ payment connect          4.00s ███████████████
      │     │   ✗ +4.02s TimeoutError: QueuePool limit of size 2 overflow 0
      │     │            reached, connection timed out, timeout 4.00
      │     ├ +4.03s ERROR payment Database connection timeout during payment
      │     │                        gateway authentication."""


def test_a_trace_is_a_tree_with_bars_errors_and_log_lines(store: DuckStore) -> None:
    heading, ids, *rest = drawn(waterfall(*trace_of(store, dry=True), width=80)).splitlines()
    assert heading.startswith("trace c0ffee2b")
    assert ids.endswith("9.31s · 14 spans of 4 services · 4 errors")
    assert "\n".join(rest).startswith(EXPECTED)


def test_a_span_tells_its_statement_without_the_columns_and_the_attributes_that_decide(store: DuckStore) -> None:
    statement = f"SELECT {', '.join(f'reviews.column_{n}' for n in range(20))} \nFROM reviews WHERE product_id = ?"
    why = {"shop.product.id": "224", "error.type": "500"}
    store.span("list", "product-catalog", 1, 0.1, span_id="a" * 16, attributes=why | {"server.port": "80"})
    where = {"db.query.text": statement, "db.system.name": "sqlite"}
    store.span("SELECT", "product-catalog", 1, 0.1, parent_span_id="a" * 16, attributes=where)
    spans = StoreTelemetry(store).trace("0" * 31 + "1").sample
    _, told, _, asked = drawn(waterfall(spans, (), 80)).splitlines()[3:]
    assert told == "│ shop.product.id=224 error.type=500"
    assert asked.strip() == "SELECT … FROM reviews WHERE product_id = ?"


def test_ids_stand_in_place_of_the_bars(store: DuckStore) -> None:
    store.span("root", "order", 1, 0.1, span_id="a" * 16)
    spans = StoreTelemetry(store).trace("0" * 31 + "1").sample
    [line] = drawn(waterfall(spans, (), 80, ids=True)).splitlines()[2:]
    assert line.split() == ["order", "root", "100ms", "a" * 16]


@pytest.mark.parametrize("width", [72, 80, 120])
def test_it_fits_the_width(store: DuckStore, width: int) -> None:
    lines = drawn(waterfall(*trace_of(store, dry=False), width=width), width=200).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 3 + 12 + 1


def test_a_span_without_its_parent_is_a_root(store: DuckStore) -> None:
    store.span("GET /", "frontend", 1, 0.5, parent_span_id="f" * 16)
    store.span("late", "order", 2, 0.0)
    spans = StoreTelemetry(store).trace("0" * 31 + "1").sample
    lines = drawn(waterfall(spans, (), 80)).splitlines()
    assert [line.split()[0] for line in lines[3:]] == ["frontend", "order"]


def test_a_chain_of_a_thousand_spans_is_drawn_and_keeps_its_names(store: DuckStore) -> None:
    for depth in range(1_000):
        store.span(f"d{depth}", "order", 1, 0.1, span_id=f"{depth + 1:016x}", parent_span_id=f"{depth:016x}")
    lines = drawn(waterfall(StoreTelemetry(store).trace("0" * 31 + "1").sample, (), 80)).splitlines()
    assert [f"order d{depth} " in line for depth, line in enumerate(lines[3:])] == [True] * 1_000
    assert max(map(len, lines)) <= 80


def test_spans_that_no_root_leads_to_are_drawn(store: DuckStore) -> None:
    store.span("root", "order", 1, 0.1, span_id="a" * 16)
    for own, parent in ("bc", "cb", "dd", "eb"):
        store.span(own, "order", 2, 0.1, span_id=own * 16, parent_span_id=parent * 16)
    spans = StoreTelemetry(store).trace("0" * 31 + "1").sample
    log = LogRecord(at(2), "order", "INFO", "in the circle", spans[0].trace_id, "c" * 16, {})
    drawing = drawn(waterfall(spans, (log,), 80))
    assert [sum(f"order {name} " in line for line in drawing.splitlines()) for name in ("root", *"bcde")] == [1] * 5
    assert drawing.count("in the circle") == 1


def test_a_span_that_came_twice_is_one(store: DuckStore) -> None:
    store.span("root", "order", 1, 0.1, span_id="a" * 16)
    for _ in range(2):
        store.span("child", "order", 1, 0.1, span_id="b" * 16, parent_span_id="a" * 16)
    spans = [*StoreTelemetry(store).trace("0" * 31 + "1").sample]
    drawing = drawn(waterfall([*spans, spans[-1]], (), 80))
    assert drawing.count("child") == 1
    assert "2 spans of" in drawing
