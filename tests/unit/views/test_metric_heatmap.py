from math import inf

from rich.console import Console

from tests.unit.telemetry.duck_store import MINUTE, at
from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import Buckets
from whodunit.views import metric_heatmap

TWO_STEPS = Buckets("s", [0.1, 1.0, 5.0, inf], [at(0), at(30)], [[0, 16, 0, 0], [0, 4, 0, 1]], "")


def heatmap(found: Buckets, width: int, *, terminal: bool = True) -> list[str]:
    renderable = metric_heatmap.drawn(found, "x", MINUTE, Console(width=width, force_terminal=terminal))
    assert renderable
    return drawn(renderable, width).splitlines()


def test_a_row_for_each_bucket_that_holds_something_the_highest_above() -> None:
    heading, *rows, _times, scale = heatmap(TWO_STEPS, 44)
    assert heading == "x  seconds"
    assert rows == [
        "   above 5.00s │            ░░░░░░░░░░░░│  1",
        "1.00s to 5.00s │                        │  0",
        "100ms to 1.00s │████████████▒▒▒▒▒▒▒▒▒▒▒▒│ 20",
    ]
    assert scale == "·░▒▓█ up to 16 in 30 s; totals on the right"


def test_steps_that_find_no_room_are_counted_together() -> None:
    assert "100ms to 1.00s │█│ 20" in heatmap(TWO_STEPS, 21)


def test_a_pipe_gets_the_numbers() -> None:
    _heading, _head, *rows = heatmap(TWO_STEPS, 80, terminal=False)
    told = [row.split(maxsplit=1)[1].strip().rsplit(maxsplit=1) for row in rows]
    assert told == [["100ms to 1.00s", "16"], ["100ms to 1.00s", "4"], ["above 5.00s", "1"]]


def test_nothing_measured_is_nothing_drawn() -> None:
    nothing = Buckets("s", [1.0], [at(0)], [[0]], "")
    assert metric_heatmap.drawn(nothing, "x", MINUTE, Console(), always=True) is None
