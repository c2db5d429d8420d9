"""The whole measurement, of a shop whose limit is known."""

import pytest

from tests.unit.limit.fakes import FakeShop, hunt
from whodunit.errors import LabError
from whodunit.limit.hunt import Sizes
from whodunit.limit.measurement import COMPLETE, INTERRUPTED, measured
from whodunit.limit.search import Found

EVERYTHING = ("spike", "step", "soak", "constant")


def test_x_then_what_it_bears_at_half_of_it() -> None:
    shop = FakeShop(capacity=7.0, burst=12.0)
    made = hunt(shop, shapes=EVERYTHING)
    made.run()
    assert made.base == 3.5
    assert made.found == {
        "constant": Found(7.0, 7.5, confirmed=True),
        "step": Found(2.0, 2.5, confirmed=True),
        "spike": Found(3.0, 3.5, confirmed=True),
    }
    assert list(dict.fromkeys(each.load.shape for each in made.trials.made)) == ["constant", "step", "spike", "soak"]


def test_a_stated_base_needs_no_x() -> None:
    made = hunt(FakeShop(burst=12.0), shapes=("spike",), base=4.0)
    made.run()
    assert made.found == {"spike": Found(3.0, 3.5, confirmed=True)}


def test_a_confirmation_takes_longer() -> None:
    shop = FakeShop()
    hunt(shop).run()
    assert [spec["seconds"] for spec in shop.started] == [*[38] * (len(shop.started) - 2), 68, 68]


def test_what_few_samples_say_is_tried_once_more() -> None:
    shop = FakeShop(capacity=7.0, samples=120)
    made = hunt(shop)
    made.run()
    assert made.found["constant"] == Found(7.0, 7.5, confirmed=True)
    rates = [each.load.rate for each in made.trials.made]
    assert rates.count(12.0) == 2
    assert rates.count(6.0) == 1


def test_nothing_more_where_even_the_least_misses() -> None:
    shop = FakeShop(capacity=0.0)
    found, error = measured(hunt(shop, shapes=EVERYTHING), shop, "lite")
    assert (found["constant"]["value"], found["base"], error) == (None, None, None)
    assert "spike" not in found


def test_an_interrupt_keeps_what_is_known_and_puts_the_load_back() -> None:
    spec = {"rates": {"buy": 3.0}, "seconds": 600}
    shop = FakeShop(before={"running": True, "spec": spec, "stats": {"elapsed_s": 100.0}}, interrupt_at=2)
    found, error = measured(hunt(shop), shop, "lite")
    assert error
    assert (error.exit_code, found["ended"]) == (INTERRUPTED, error.message)
    assert len(found["trials"]) == 2
    assert shop.started[-1] == spec | {"seconds": 500}
    assert not shop.stopped


def test_without_load_before_there_is_none_afterwards() -> None:
    shop = FakeShop()
    found, error = measured(hunt(shop), shop, "lite")
    assert (found["ended"], error, shop.stopped) == (COMPLETE, None, True)


def test_the_time_may_be_up() -> None:
    shop = FakeShop()
    found, error = measured(hunt(shop, within_s=100), shop, "lite")
    assert error
    assert (found["ended"], len(found["trials"])) == ("The time is up.", 2)
    assert found["constant"]["confirmed"] is False


def test_a_load_that_ended_early_is_told() -> None:
    shop = FakeShop(cut_at_s=20)
    found, error = measured(hunt(shop), shop, "lite")
    assert isinstance(error, LabError)
    assert "somebody stopped or replaced it" in found["ended"]


def test_the_disk_is_read_every_ten_seconds_after_the_warm_up() -> None:
    sizes = Sizes(lambda: {"store": 5.0}, warm_up_s=30)
    for second in range(61):
        sizes.read(float(second))
    assert sizes.points == {"store": [(0.0, 5.0), (10.0, 5.0), (20.0, 5.0), (30.0, 5.0)]}


@pytest.mark.parametrize("by", [0.2, 0.5, 2.0])
def test_half_of_x_lies_on_the_grid(by: float) -> None:
    made = hunt(FakeShop(capacity=7.0), by=by, shapes=("constant", "spike"))
    made.run()
    assert made.base == {0.2: 3.4, 0.5: 3.5, 2.0: 2.0}[by]
