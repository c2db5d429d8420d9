"""What became of the orders, whether it is within the objectives, and how it is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from whodunit.audit.findings import Findings
from whodunit.drill.customers import Taken
from whodunit.drill.drill import loss_of, pace_of
from whodunit.drill.keeping import Cost
from whodunit.drill.measured import Loss, Measured, Times
from whodunit.drill.objectives import bundled
from whodunit.drill.page import table

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HELD = Findings(orders=100, lost=0, double_charged=0, stock_difference=0, stuck=0)
NOTHING_LOST = Loss(
    taken=100, lost=0, seconds=0, rebuilt=0, nameless=0, guessed=0, renumbered=0, refunded=0, gone=0, pace=None
)
STANDBY = Measured("hot-standby", "a server", 2, None, NOTHING_LOST, Times(1, 2, 3), HELD, Cost(9_000_000, 500, 0.1))
LOST_A_MINUTE = replace(NOTHING_LOST, lost=60, seconds=60, rebuilt=60, nameless=60, pace=10)
DAILY = replace(STANDBY, name="daily-copy", day_s=60, loss=LOST_A_MINUTE)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def order(number: int, created: float, user_id: int = 7) -> dict[str, Any]:
    moment = at(created).isoformat()
    return {"number": number, "user_id": user_id, "created_at": moment, "updated_at": moment}


def test_an_order_comes_back_or_is_rebuilt_or_is_gone() -> None:
    taken = {"a": Taken(1, at(0)), "b": Taken(2, at(10)), "c": Taken(3, at(30))}
    now = {"a": order(1, 0), "b": order(3, 10, user_id=0), "probe": order(2, 90)}
    found = loss_of(taken, {"a": order(1, 0)}, now, {"averaged": 1, "refunded": 0})
    assert found == Loss(
        taken=3, lost=2, seconds=30, rebuilt=1, nameless=1, guessed=1, renumbered=1, refunded=0, gone=1, pace=None
    )


def test_nothing_lost_is_no_time_lost() -> None:
    taken = {"a": Taken(1, at(0))}
    assert loss_of(taken, {"a": order(1, 0)}, {"a": order(1, 0)}, {"averaged": 0, "refunded": 0}).seconds == 0


def test_without_any_copy_everything_since_the_first_order_is_lost() -> None:
    taken = {"a": Taken(1, at(0)), "b": Taken(2, at(10))}
    assert loss_of(taken, {}, {}, {"averaged": 0, "refunded": 0}).seconds == 10


def test_the_pace_is_that_of_the_half_that_did_not_wait_for_its_age() -> None:
    assert pace_of([*(at(n / 4) for n in range(20)), *(at(60 + n) for n in range(20))]) == 4
    assert pace_of([at(n) for n in range(10)]) is None


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        (STANDBY, []),
        (DAILY, ["lost data"]),
        (replace(DAILY, day_s=None), []),
        (replace(STANDBY, times=Times(1, 2, 3600)), ["recovery"]),
        (replace(STANDBY, books=replace(HELD, lost=1)), ["books"]),
    ],
)
def test_what_is_missed(measured: Measured, missed: list[str]) -> None:
    assert measured.misses(bundled()) == missed
    assert measured.as_json(bundled())["misses"] == missed


def test_the_table_says_what_a_real_day_would_cost() -> None:
    console = Console(width=120)
    with console.capture() as shown:
        console.print(table([DAILY, STANDBY], bundled()))
    text = " ".join(shown.get().split())
    assert "in time │ 24h00m (1m00s here) │ 0s" in text
    assert "objective 15m00s (RPO) │ missed │ met" in text
    assert "a whole day's, computed │ 4h48m for 172800 orders │ too few to tell" in text
    assert "database, kept beside it │ 9.0 MB, 0 kB │ 9.0 MB, 0 kB" in text
