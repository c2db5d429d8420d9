"""The slope of a long run, and how sure it is."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from tests.unit.limit.fakes import BEGUN, FakeShop, hunt
from tests.unit.runner.fakes import FakeTelemetry
from whodunit.limit.soak import MEMORY, slope, slopes
from whodunit.telemetry.answers import Plot, Series
from whodunit.telemetry.questions import MetricQuery, Window

TIMES = [10.0 * number for number in range(60)]


def test_a_line_without_noise_is_told_exactly() -> None:
    found = slope(MEMORY, "order", [(time, 1000 + 2 * time) for time in TIMES])
    assert found.per_hour == pytest.approx(7200)
    assert found.plus_minus == pytest.approx(0, abs=1e-6)
    assert found.is_told_from_none


def test_noise_around_a_level_is_no_slope() -> None:
    proven = [
        slope(MEMORY, "order", [(time, 1000 + dice.gauss(0, 50)) for time in TIMES]).is_told_from_none
        for dice in map(Random, range(60))
    ]
    assert sum(proven) <= 8  # one in twenty, and chance


def test_noise_that_remembers_is_not_taken_for_a_slope() -> None:
    proven = []
    for dice in map(Random, range(60)):
        level, points = 0.0, []
        for time in TIMES:
            level = 0.8 * level + dice.gauss(0, 50)
            points.append((time, level))
        proven.append(slope(MEMORY, "order", points).is_told_from_none)
    assert sum(proven) <= 15  # plain standard errors take half of them for one


def test_what_stands_still_has_no_slope() -> None:
    found = slope(MEMORY, "order", [(time, 5.0) for time in TIMES])
    assert (found.per_hour, found.plus_minus, found.is_told_from_none) == (0, 0, False)


class Growing(FakeTelemetry):
    """Memory of two services grows by a byte a second; a third has told of itself once."""

    def plot(self, query: MetricQuery, window: Window, step_s: float, by: Sequence[str] = ()) -> Plot:
        if query.name != "process.memory.usage":
            return Plot("By", [], "select")
        seconds = range(0, 300, 10)
        times = [window.start + timedelta(seconds=second) for second in seconds]
        values: list[float | None] = [float(second) if second != 50 else None for second in seconds]
        told = {"order": values, "user": values, "token": [5.0, *[None] * (len(times) - 1)]}
        return Plot("By", [Series({"service": name}, times, each) for name, each in told.items()], "select")


def test_the_port_and_the_disk_are_both_asked() -> None:
    window = Window(BEGUN, BEGUN + timedelta(seconds=300))
    disk = {"telemetry store": [(time, 100 * time) for time in TIMES[:30]]}
    found = {(each.what, each.of): round(each.per_hour) for each in slopes(Growing(), window, disk)}
    assert found == {("memory", "order"): 3600, ("memory", "user"): 3600, ("disk", "telemetry store"): 360_000}


def test_a_soak_reads_the_disk_meanwhile() -> None:
    shop = FakeShop()
    made = hunt(shop, shapes=("soak",), base=4.0)
    made.disk = lambda: {"telemetry store": 100 * shop.now_s}
    made.run()
    assert [(each.what, each.of, round(each.per_hour)) for each in made.slopes] == [
        ("disk", "telemetry store", 360_000)
    ]
