"""One trial: what it asks of the lab, when it counts, and how it waits."""

from datetime import timedelta

import pytest

from tests.unit.limit.fakes import BEGUN, FakeShop, total, trials
from tests.unit.runner.fakes import FakeTelemetry
from whodunit.errors import LabError
from whodunit.limit.loads import Mix
from whodunit.limit.targets import Verdict
from whodunit.limit.trials import OutOfTimeError, counted_in
from whodunit.load.spec import LoadSpec

BUYS = Mix.of({"buy": 8.0, "browse": 2.0})


def test_the_mix_keeps_its_proportions() -> None:
    assert BUYS.at(5.0) == {"buy": 4.0, "browse": 1.0}
    assert BUYS.buys
    assert not Mix.of({"browse": 1.0, "buy": 0.0}).buys


def test_every_shape_is_a_load_that_the_lab_takes() -> None:
    loads = [BUYS.constant(4, 30), BUYS.step(4, 2, 30), BUYS.spike(4, 3), BUYS.soak(4, 300)]
    specs = [LoadSpec.model_validate(load.spec) for load in loads]
    assert [spec.shape.kind for spec in specs] == ["constant", "step", "spike", "soak"]
    assert [spec.seconds - spec.warm_up_s for spec in specs] == [30, 30, 20, 300]
    assert all(spec.shape.at_s == spec.warm_up_s for spec in specs[1:])


def test_a_trial_counts_after_the_warm_up() -> None:
    shop = FakeShop()
    made = trials(shop).make(BUYS.constant(4, 30), judges_checkouts=True)
    assert (made.window.start, made.window.end) == (BEGUN + timedelta(seconds=8), BEGUN + timedelta(seconds=38))
    assert (made.figures.requests, made.figures.samples, made.verdict) == (900, 300, Verdict.MET)


def test_everything_that_a_customer_loses_is_a_failure() -> None:
    orders = {"completed": 9, "declined": 2, "failed": 1, "unfinished": 4}
    lost = total(errors={"POST /api/checkout: 503": 2}, refused=3, orders=orders)
    figures = counted_in(lost, judges_checkouts=True)
    assert figures.failures == 10
    assert figures.failed == {
        "POST /api/checkout: 503": 2,
        "order failed": 1,
        "order unfinished": 4,
        "visitor refused": 3,
    }


def test_without_checkouts_all_requests_are_judged() -> None:
    figures = counted_in(total(), judges_checkouts=False)
    assert (figures.samples, figures.p95_s) == (900, 0.3)


def test_a_load_that_somebody_stopped_is_no_trial() -> None:
    with pytest.raises(LabError, match=r"ended after 12\.0s instead of 38\.0s"):
        trials(FakeShop(cut_at_s=12)).make(BUYS.constant(4, 30), judges_checkouts=True)


class Replaced(FakeShop):
    """Lets another load run from a moment on."""

    at_s = 38.0

    def load(self) -> object:
        state = super().load()
        return {**state, "spec": {"light": 1}, "stats": None} if self.now_s > self.at_s else state


def test_a_light_load_may_follow_at_once() -> None:
    assert trials(Replaced()).make(BUYS.constant(4, 30), judges_checkouts=True).figures.requests == 900


def test_a_load_that_takes_its_place_does_not() -> None:
    shop = Replaced()
    shop.at_s = 20.0
    with pytest.raises(LabError, match="stopped or replaced"):
        trials(shop).make(BUYS.constant(4, 30), judges_checkouts=True)


def test_no_trial_begins_that_has_no_time() -> None:
    shop = FakeShop()
    with pytest.raises(OutOfTimeError):
        trials(shop, within_s=30).make(BUYS.constant(4, 30), judges_checkouts=True)
    assert shop.started == []


def test_the_machine_is_measured_from_the_warm_up_to_the_end() -> None:
    shop, asked_at = FakeShop(), []

    def share() -> float:
        asked_at.append(shop.now_s)
        return 0.5

    made = trials(shop, machine_share=share).make(BUYS.constant(4, 30), judges_checkouts=True)
    assert (made.machine_share, asked_at) == (0.5, [8.0, 38.0])


@pytest.mark.parametrize(("waiting", "waited_s"), [(3.0, 0), (4.0, 20)])
def test_the_next_waits_until_the_orders_have_ended(waiting: float, waited_s: float) -> None:
    shop = FakeShop()
    telemetry = FakeTelemetry({"shop.order.in_processing": lambda _: waiting})
    trials(shop, telemetry=telemetry).make(BUYS.constant(4, 30), judges_checkouts=True)
    assert shop.now_s == 38 + waited_s


def test_a_telemetry_that_is_away_keeps_nobody_waiting() -> None:
    shop = FakeShop()
    trials(shop, telemetry=FakeTelemetry(away=lambda: True)).make(BUYS.constant(4, 30), judges_checkouts=True)
    assert shop.now_s == 38
