"""What changed is found, with its size and its first moment, and the cause comes before those that only wait for it."""

from datetime import timedelta

import pytest
from rich.console import Console

from tests.unit.compare.shop import AFTER, BEFORE, Shop
from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.telemetry.few_at_once import FewAtOnce
from whodunit.compare.comparison import compare
from whodunit.compare.findings import Comparison, Finding
from whodunit.compare.work import statement
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.change_table import NOT_ALL, change_table


def compared(shop: Shop, **of_each: float | str) -> Comparison:
    shop.minute(BEFORE)
    shop.minute(AFTER, **of_each)
    return compare(shop.telemetry, BEFORE, AFTER)


def named(found: Comparison, component: str, name: str) -> Finding:
    return next(each for each in found.findings if each.component == component and name in each.name)


@pytest.mark.parametrize("seed", range(5))
def test_where_nothing_changes_nothing_is_found(seed: int) -> None:
    found = compared(Shop(seed))
    assert found.findings == []
    assert found.asked > 5


def test_a_service_that_works_longer_comes_before_the_one_that_waits_for_it() -> None:
    found = compared(Shop(), order_s=0.2)
    assert found.components == ["order"]
    own = named(found, "order", "POST /orders: own time")
    assert (own.kind, own.unit, own.effect) == ("operation", "s", 1.0)
    assert isinstance(own.before, float)
    assert isinstance(own.after, float)
    assert own.before < 0.02
    assert own.after > 0.2
    assert own.q is not None
    assert own.q < 1e-6


def test_a_peer_without_telemetry_is_blamed_for_its_own_time() -> None:
    found = compared(Shop(), gateway_s=2.0)
    assert found.components[0] == "gateway"
    assert found.findings[0].name == "order → gateway: p95"


def test_a_statement_belongs_to_the_service_that_makes_it() -> None:
    first = compared(Shop(), statement_s=0.3).findings[0]
    assert (first.kind, first.component) == ("statement", "order")
    assert first.name == "SELECT orders.id FROM orders WHERE id IN (?): p95"


def test_more_calls_than_before_are_counted_for_each_request() -> None:
    more = named(compared(Shop(), statements=20), "order", "calls per request")
    assert (more.before, more.after, more.effect) == (1.0, 20.0, 1.0)


def test_a_statement_that_is_new_has_no_number_before_and_one_that_is_gone_none_after() -> None:
    found = compared(Shop(), text="SELECT everything FROM orders")
    new, gone = named(found, "order", "SELECT everything"), named(found, "order", "SELECT orders.id")
    assert (new.before, new.after, new.effect) == (None, 1.0, 1.0)
    assert (gone.before, gone.after, gone.effect) == (1.0, None, -1.0)


def test_failures_are_blamed_on_the_one_in_which_they_begin() -> None:
    found = compared(Shop(), fails=0.3)
    assert found.components[0] == "order"
    begin = named(found, "order", "failures that begin here")
    assert begin.before == 0
    assert begin.after == pytest.approx(0.3, abs=0.1)


def test_the_first_deviation_is_told() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    for second in range(60, 120):
        shop.request(second, order_s=0.01 if second < 80 else 0.3)
    own = named(compare(shop.telemetry, BEFORE, AFTER), "order", "own time")
    assert own.first_seen == at(80.002)


def test_a_finding_cites_a_span_of_the_window_after() -> None:
    shop = Shop()
    own = named(compared(shop, order_s=0.2), "order", "own time")
    word, trace, span = own.evidence_id.split()
    cited = next(each for each in shop.telemetry.trace(trace).sample if each.span_id == span)
    assert (word, cited.name) == ("span", "POST /orders")
    assert cited.start >= AFTER.start


def test_another_release_needs_no_test() -> None:
    found = named(compared(Shop(), release="1.1"), "order", "release")
    assert (found.kind, found.before, found.after, found.q) == ("release", "1.0", "1.1", None)
    assert found.first_seen is not None
    assert found.first_seen - AFTER.start < timedelta(seconds=1)
    assert found.evidence_id.startswith("span ")


def test_a_release_that_began_just_before_the_moment_between_is_found_too() -> None:
    shop = Shop()
    for second in range(120):
        shop.request(second, release="1.0" if second < 52 else "1.1")
    (found,) = compare(shop.telemetry, BEFORE, AFTER).findings
    assert (found.kind, found.before, found.after, found.first_seen) == ("release", "1.0, 1.1", "1.1", at(52.002))


def test_a_release_that_did_a_little_in_both_windows_is_no_change() -> None:
    shop = Shop()
    for second in range(120):
        shop.request(second, release="1.1" if second % 5 == 0 else "1.0")
    assert compare(shop.telemetry, BEFORE, AFTER).findings == []


def test_twice_the_load_is_one_finding() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    for _ in range(2):
        shop.minute(AFTER)
    (found,) = compare(shop.telemetry, BEFORE, AFTER).findings
    assert (found.kind, found.name, found.unit) == ("load", "requests that enter", "/s")
    assert found.after == pytest.approx(4, abs=0.1)


def test_fewer_than_ten_points_are_refused_with_their_number() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    for second in range(60, 69):
        shop.request(second, order_s=3)
    found = compare(shop.telemetry, BEFORE, Window(at(60), at(69)), ["traces"])
    assert found.findings == []
    refused = next(each for each in found.refused if (each.kind, each.name) == ("operation", "POST /orders"))
    assert (refused.component, refused.points_before, refused.points_after) == ("order", 120, 9)


def test_only_the_signals_that_are_named_are_asked() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    shop.minute(AFTER, order_s=0.2, release="1.1")
    assert {each.kind for each in compare(shop.telemetry, BEFORE, AFTER, ["releases"]).findings} == {"release"}


@pytest.mark.parametrize(
    "text",
    [
        "id IN (?, ?, ?)",
        "id IN ($1::INTEGER, $2::INTEGER)",
        "id IN (%(id_1)s, %(id_2)s)",
        "id IN (%s)",
        "id  IN\n(:a, :b)",
    ],
)
def test_a_list_of_parameters_is_one_statement_however_long(text: str) -> None:
    store = DuckStore()
    store.span("SELECT", "order", 0, 1, kind="client", attributes={"db.system.name": "x", "db.query.text": text})
    (found,) = StoreTelemetry(store).trace(f"{1:032x}").sample
    assert statement(found) == "id IN (?)"


def test_a_comparison_of_some_of_the_spans_says_so() -> None:
    shop = Shop()
    shop.minute(BEFORE)
    for _ in range(30):
        shop.request(90)
    some = compare(FewAtOnce(shop.store, 100), BEFORE, AFTER, ["traces"])
    assert not some.is_all
    screen = Console(width=200)
    with screen.capture() as shown:
        screen.print(change_table(some, BEFORE, AFTER, 20))
    assert NOT_ALL in shown.get()
    assert compare(shop.telemetry, BEFORE, AFTER, ["traces"]).is_all
