"""The life of an alert, second by second."""

from datetime import timedelta

from tests.unit.telemetry.duck_store import NOON
from whodunit.alerts.state import Life


def states(life: Life, held: str) -> str:
    """A letter for each look, five seconds apart; `x` in `held` where the condition holds."""
    letters = ""
    for number, mark in enumerate(held):
        life.update(NOON + timedelta(seconds=5 * number), holds=mark == "x")
        letters += life.state.value[0]
    return letters


def test_it_fires_at_once_when_nothing_else_is_asked() -> None:
    assert states(Life(0, 0), "..xx..") == "iiffii"


def test_it_is_pending_first() -> None:
    assert states(Life(10, 0), ".xxxx.x") == "ippffip"


def test_what_stops_while_pending_begins_anew() -> None:
    assert states(Life(10, 0), "xx.xxx") == "ppippf"


def test_it_keeps_firing_for_a_while() -> None:
    assert states(Life(0, 10), "x....x.x...") == "fffiifffffi"


def test_since_is_when_the_condition_came_true() -> None:
    life = Life(10, 0)
    states(life, ".xxx")
    assert life.since == NOON + timedelta(seconds=5)
    states(life, ".")
    assert life.since is None
