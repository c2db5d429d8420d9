"""Calls before and during the trouble, and the time outside of an objective."""

from tests.unit.report.shop import ENDED_S, LENGTH_S, ONSET_S, fill
from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.report.calls import Call, calls
from whodunit.report.objectives import first_missed, outside
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

BEFORE, TROUBLE = Window(at(0), at(ONSET_S)), Window(at(ONSET_S), at(ENDED_S))


def edges(store: DuckStore) -> dict[str, Call]:
    return {each.name: each for each in calls(StoreTelemetry(store), BEFORE, TROUBLE).edges}


def test_callers_stand_before_those_whom_they_call() -> None:
    names = ["load-generator → frontend", "frontend → order", "order → payment", "payment → sqlite payment.db"]
    assert list(edges(fill(DuckStore()))) == names


def test_calls_are_counted_and_compared() -> None:
    edge = edges(fill(DuckStore()))["order → payment"]
    assert (edge.calls_before, edge.calls, edge.error_ratio_before, edge.error_ratio) == (30, 20, 0.0, 1.0)
    assert edge.fails
    assert edge.is_slower


def test_in_health_nothing_fails_and_nothing_is_slower() -> None:
    assert [each.name for each in edges(fill(DuckStore(), broken=False)).values() if each.fails or each.is_slower] == []


def test_few_calls_are_not_called_slower() -> None:
    few = Call("a", "b", "service", 9, 100, 0.0, 0.0, 0.1, 5.0)
    many = Call("a", "b", "service", 10, 100, 0.0, 0.0, 0.1, 5.0)
    assert (few.is_slower, many.is_slower) == (False, True)


def test_the_time_outside_of_an_objective_is_that_of_the_steps_with_too_many_bad_events() -> None:
    whole = Window(at(0), at(LENGTH_S))
    found = outside(StoreTelemetry(fill(DuckStore())), whole)
    [checkout] = [each for each in found if each.slo.name == "checkout-availability"]
    assert (checkout.bad, checkout.total, checkout.seconds) == (20, 55, 20)
    assert checkout.missed == [at(second) for second in (30, 35, 40, 45)]
    assert first_missed(found) == Window(at(30), at(50))


def test_an_objective_without_events_is_left_out() -> None:
    found = outside(StoreTelemetry(fill(DuckStore())), Window(at(0), at(LENGTH_S)))
    assert [each.slo.name for each in found] == ["checkout-availability"]


def test_in_health_no_objective_is_missed() -> None:
    found = outside(StoreTelemetry(fill(DuckStore(), broken=False)), Window(at(0), at(LENGTH_S)))
    assert first_missed(found) is None
