from typing import Any

import pytest

from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.views.busy_shop import checkout
from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.waterfall import Detail, waterfall


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
    [line] = drawn(waterfall(spans, (), 80, detail=Detail(ids=True))).splitlines()[2:]
    assert line.split() == ["order", "root", "100ms", "a" * 16]


@pytest.mark.parametrize("width", [72, 80, 120])
def test_it_fits_the_width(store: DuckStore, width: int) -> None:
    lines = drawn(waterfall(*trace_of(store, dry=False), width=width), width=200).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) == 3 + 12 + 2


def test_spans_whose_parents_are_missing_hang_together_and_the_trace_is_incomplete(store: DuckStore) -> None:
    store.span("root", "order", 1, 0.1)
    assert "incomplete" not in lines_of(store)[1]
    for second, parent in ((2, "f"), (3, "e")):
        store.span(f"orphan {parent}", "payment", second, 0.0, parent_span_id=parent * 16)
    heading, *lines = lines_of(store)[1:]
    assert heading.endswith("0 errors · incomplete")
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "order root",
        "2 spans whose parents are not here: they have not ended, or were lost",
        "├ payment orphan f",
        "└ payment orphan e",
    ]


def lines_of(store: DuckStore, **detail: Any) -> list[str]:
    """The drawing of trace 1, its heading first."""
    spans = StoreTelemetry(store).trace("0" * 31 + "1").sample
    return drawn(waterfall(spans, (), 80, detail=Detail(**detail))).splitlines()


def test_time_that_no_child_covers_is_told_where_it_is_large(store: DuckStore) -> None:
    store.span("GET /recommendations", "recommendation", 0, 0.136, span_id="a" * 16, kind="server")
    for start_s in (0.0, 0.005):  # they overlap
        store.span("look up", "recommendation", start_s, 0.013, parent_span_id="a" * 16)
    [line] = [line for line in lines_of(store) if "of its own" in line]
    assert line == "│ 118ms of its own"
    store.span("more", "recommendation", 0.01, 0.09, parent_span_id="a" * 16)
    assert not [line for line in lines_of(store) if "of its own" in line]


def test_a_call_tells_how_much_of_it_the_callee_saw(store: DuckStore) -> None:
    store.span("GET", "recommendation", 0, 0.123, span_id="a" * 16, kind="client")
    store.span("GET /products", "product-catalog", 0.1, 0.006, parent_span_id="a" * 16, kind="server")
    assert "│ product-catalog saw 6.00ms of these 123ms" in lines_of(store)


PLACES = (
    "SELECT count(*) AS better \nFROM (SELECT reviews.product_id \nFROM reviews JOIN products ON products.id = ?) AS r"
)


def test_spans_that_are_alike_are_told_together(store: DuckStore) -> None:
    store.span("GET /products", "product-catalog", 0, 1.0, span_id="a" * 16)
    places = {"db.query.text": PLACES}
    for number in range(24):
        took_s = 0.085 if number == 7 else 0.02
        store.span("SELECT", "product-catalog", number / 25, took_s, parent_span_id="a" * 16, attributes=places)
        store.span("connect", "product-catalog", number / 25, 0.0001, parent_span_id="a" * 16)
    failed = store.span("connect", "product-catalog", 0.99, 0.001, parent_span_id="a" * 16, status="error")
    lines = [line.rstrip(" ▏▕▐▌█") for line in lines_of(store)[4:]]
    assert lines == [
        "│ 479ms of its own",
        "├ product-catalog 24 × SELECT          545ms",
        "│   together 545ms, longest 85.0ms",
        "│   SELECT count(*) AS better FROM (SELECT reviews.product_id FROM reviews JOIN",
        "│   products ON products.id = ?) AS r",
        "├ product-catalog 24 × connect        2.40ms",
        "│   together 2.40ms, longest 100µs",
        "└ product-catalog connect             1.00ms",
    ]
    assert len([line for line in lines_of(store, everything=True) if " SELECT  " in line]) == 24
    assert len([line for line in lines_of(store, ids=True) if failed in line]) == 1


def test_three_alike_and_those_with_spans_of_their_own_stay_by_themselves(store: DuckStore) -> None:
    store.span("root", "order", 0, 1.0, span_id="a" * 16)
    for number in range(3):
        store.span("connect", "order", number / 10, 0.01, parent_span_id="a" * 16)
    for number in range(4):
        call = store.span("GET", "order", number / 10, 0.01, parent_span_id="a" * 16)
        store.span(f"GET /{number}", "payment", number / 10, 0.01, parent_span_id=call)
    assert "×" not in "\n".join(lines_of(store))


def test_a_long_statement_is_told_whole_where_the_time_went(store: DuckStore) -> None:
    store.span("root", "order", 0, 1.0, span_id="a" * 16)
    where = " AND ".join(f"orders.column_{n} = ?" for n in range(9))
    text = {"db.query.text": f"SELECT orders.id, orders.state FROM orders WHERE {where}"}
    store.span("SELECT", "order", 0.0, 0.01, parent_span_id="a" * 16, attributes=text)
    store.span("SELECT", "order", 0.1, 0.85, parent_span_id="a" * 16, attributes=text)
    short, long = " ".join(lines_of(store)).split("order SELECT ")[1:]
    assert "SELECT … FROM orders" in short
    assert ("column_8" in short, "column_8" in long) == (False, True)
    assert " ".join(lines_of(store, everything=True)).count("SELECT orders.id, orders.state FROM") == 2


def test_flags_that_are_off_are_counted_and_shown_on_demand(store: DuckStore) -> None:
    events = [
        {"name": "feature_flag.evaluation", "attributes": {"feature_flag.key": key, "feature_flag.result.variant": to}}
        for key, to in (("cartNote", "off"), ("giftNote", "on"))
    ]
    store.span("root", "order", 0, 1.0, events=events)
    shown = "\n".join(lines_of(store))
    assert ("cartNote" in shown, "giftNote" in shown) == (False, True)
    assert shown.endswith("1 switched-off flag left out; --all shows them")
    everything = "\n".join(lines_of(store, everything=True))
    assert "cartNote" in everything
    assert "left out" not in everything


def test_a_release_stands_where_the_trace_enters_a_service_that_had_several(store: DuckStore) -> None:
    store.span("GET", "frontend", 0, 1.0, span_id="a" * 16, release="0.1.0")
    inner = store.span("GET /", "user", 0.1, 0.8, parent_span_id="a" * 16, release="0.2.0")
    store.span("verify", "user", 0.1, 0.8, parent_span_id=inner, release="0.2.0")
    [told] = [line for line in lines_of(store, of_several_releases={"user"}) if "service.version" in line]
    assert told.strip("│ ").startswith("service.version=0.2.0 service.instance.id=")


def test_a_chain_of_a_thousand_spans_is_drawn_and_keeps_its_names(store: DuckStore) -> None:
    for depth in range(1_000):
        above = f"{depth:016x}" if depth else None
        store.span(f"d{depth}", "order", 1, 0.1, span_id=f"{depth + 1:016x}", parent_span_id=above)
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
