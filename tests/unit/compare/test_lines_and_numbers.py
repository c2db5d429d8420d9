"""Log patterns and metrics are compared step by step."""

import pytest

from tests.unit.compare.shop import AFTER, BEFORE
from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.compare.comparison import compare
from whodunit.compare.findings import Comparison
from whodunit.compare.patterns import changed_patterns, patterns
from whodunit.compare.templates import Templates, masked
from whodunit.mystery.citing import cited
from whodunit.telemetry.questions import LogQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry


def compared(store: DuckStore, signal: str) -> Comparison:
    return compare(StoreTelemetry(store), BEFORE, AFTER, [signal])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("Order 4711 took 12.5 ms.", "Order <*> took <*>."),
        ("Charge 011f89bc-651a-4a21-8590-de68458626b2 declined", "Charge <*> declined"),
        ("trace 7321b459c8c1f3229a7cfebfb9cb97f2 at 0x7f00", "trace <*> at <*>"),
        ("No digits here, v2 neither", "No digits here, v2 neither"),
        ("First line.\nTraceback", "First line."),
    ],
)
def test_values_are_masked(line: str, pattern: str) -> None:
    assert masked(line) == pattern


def test_lines_of_one_template_differ_in_few_words() -> None:
    templates = Templates()
    one = templates.of("Payment of anna was refused by the bank")
    assert templates.of("Payment of bert was refused by the bank") is one
    assert str(one) == "Payment of <*> was refused by the bank"
    started, ended = (templates.of(f"Query of products {word}.") for word in ("started", "ended"))
    assert started is not ended
    assert templates.of("Stock of nuts ran out in the store") is not one
    assert templates.of("Payment of carl was refused by the bank", group="another service") is not one


def test_a_pattern_has_its_lines_and_the_first_with_a_trace() -> None:
    store = DuckStore()
    store.log("Order 1 done.", "order", 3)
    store.log("Order 2 done.", "order", 5, trace_id="b" * 32)
    store.log("Order 3 done.", "order", 9, trace_id="c" * 32)
    (found,) = patterns(StoreTelemetry(store), LogQuery(), BEFORE).patterns
    assert (found.template, found.count, found.trace_id, found.example) == (
        "Order <*> done.", 3, "b" * 32, "Order 2 done.",
    )  # fmt: skip
    assert (found.first_seen, found.last_seen) == (at(3), at(9))


def test_a_rate_is_by_the_length_of_its_window() -> None:
    store = DuckStore()
    for second in range(90):
        store.log("Page shown.", "frontend", second)
    (found,) = changed_patterns(
        StoreTelemetry(store), LogQuery(), Window(at(0), at(60)), Window(at(60), at(90))
    ).changes
    assert (len(found.before), len(found.after), found.change) == (60, 30, "same")


def test_a_new_pattern_is_cited_by_its_line() -> None:
    store = DuckStore()
    for second in range(120):
        store.log("Order completed.", "order", second, trace_id="b" * 32)
        if second >= 70:
            store.log("Pool is dry.", "payment", second, "ERROR", trace_id="a" * 32)
    (found,) = compared(store, "logs").findings
    assert (found.kind, found.component, found.name) == ("log", "payment", "ERROR Pool is dry.")
    assert (found.before, found.unit) == (None, "/s")
    assert found.after == pytest.approx(50 / 60)
    assert found.first_seen == at(70)
    assert cited(found.evidence_id) == {"trace": "a" * 32, "log": "Pool is dry."}


def test_a_pattern_that_is_gone_was_last_seen_then() -> None:
    store = DuckStore()
    for second in range(58):
        store.log("Order completed.", "order", second)
    (found,) = compared(store, "logs").findings
    assert (found.after, found.first_seen, found.effect < 0) == (None, at(57), True)


def metrics_of(store: DuckStore, service: str, before: float, after: float) -> None:
    for second in range(2, 120, 5):
        level = before if second < 60 else after
        store.gauge("pool.used", service, second, level + second % 3 / 100, attributes={"state": "used"})


def test_a_level_that_rises_is_found_and_can_be_cited() -> None:
    store = DuckStore()
    metrics_of(store, "payment", 2, 10)
    metrics_of(store, "order", 2, 2)
    (found,) = compared(store, "metrics").findings
    assert (found.kind, found.component, found.name) == ("metric", "payment", "pool.used{state=used} value")
    assert found.before == pytest.approx(2, abs=0.1)
    assert found.after == pytest.approx(10, abs=0.1)
    assert cited(found.evidence_id) == {
        "metric": "pool.used",
        "service": "payment",
        "where": {"state": "used"},
        "statistic": "value",
        "window": [AFTER.start, AFTER.end],
    }


def test_a_counter_that_is_not_told_stood_still_where_its_process_told_of_others() -> None:
    store = DuckStore()
    for second in range(2, 120, 5):
        store.counter("orders", "order", second, 5, attributes={"outcome": "completed"})
        if second > 60:
            store.counter("orders", "order", second, 3, attributes={"outcome": "failed"})
    (found,) = compared(store, "metrics").findings
    assert (found.name, found.before) == ("orders{outcome=failed} rate", 0)
    assert found.after == pytest.approx(0.6)
    assert found.first_seen == at(60)


def test_windows_of_less_than_ten_exports_refuse_every_metric() -> None:
    store = DuckStore()
    metrics_of(store, "payment", 2, 10)
    short = Window(at(60), at(105))
    found = compare(StoreTelemetry(store), BEFORE, short, ["metrics"])
    assert found.findings == []
    (refused,) = found.refused
    assert (refused.kind, refused.component, refused.name) == ("metric", "payment", "pool.used value")
    assert (refused.points_before, refused.points_after) == (12, 9)
