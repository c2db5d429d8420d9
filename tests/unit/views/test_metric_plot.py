import re

import pytest
from rich.console import Console

from tests.unit.telemetry.duck_store import MINUTE, at
from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import Plot, Series
from whodunit.views.clock_time import to_the_second
from whodunit.views.metric_plot import MOST_SERIES, metric_plot
from whodunit.views.metric_plot import drawn as drawn_on

TIMES = [at(second) for second in (0, 15, 30, 45)]


def series(*values: float | None, **attributes: str) -> Series:
    return Series(attributes, TIMES[: len(values)], values)


def test_a_plot_has_a_unit_round_axes_and_a_legend() -> None:
    lines = drawn(metric_plot(Plot("s", [series(0.5, 1, 9.5, 11)], ""), "shop.x p95", MINUTE, 60, 5)).splitlines()
    assert lines[0] == "shop.x p95  seconds"
    assert [line[:5].strip() for line in lines[1:6]] == ["12.0s", "9.00s", "6.00s", "3.00s", "0s"]
    assert lines[-1] == "━━ all  last 11.0s · least 500ms · most 11.0s"
    assert max(map(len, lines)) <= 60


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    joined = drawn(metric_plot(Plot("", [series(1, 1, 1, 1)], ""), "x", MINUTE, 46, 2)).splitlines()
    broken = drawn(metric_plot(Plot("", [series(1, None, None, 1)], ""), "x", MINUTE, 46, 2)).splitlines()
    assert [dots(joined[1][6:][part : part + 10]) > 0 for part in (0, 10, 20, 30)] == [True] * 4
    assert [dots(broken[1][6:][part + 1 : part + 9]) > 0 for part in (0, 10, 20, 30)] == [True, False, False, True]


def test_a_value_is_drawn_throughout_its_step_and_not_as_a_slope_to_the_next() -> None:
    lines = drawn(metric_plot(Plot("", [series(0, 0, 4, 4)], ""), "x", MINUTE, 60, 5)).splitlines()[1:6]
    assert [dots(line) > 0 for line in lines] == [True] * 5
    begins = {line.index(next(char for char in line if 0x2800 < ord(char) < 0x2900)) for line in lines[:4]}
    assert len(begins) == 1


def test_lines_are_told_apart_without_colour() -> None:
    lines = [series(*[float(level)] * 4, outcome=f"line {level}") for level in range(1, MOST_SERIES + 1)]
    told = drawn(metric_plot(Plot("", lines, ""), "x", MINUTE, 120, 16), 120).splitlines()
    captions = [line.split("line")[0] for line in told if "most" in line]
    strokes = {re.sub("[^⠁-⣿]", "", line).strip("⠀")[:12] for line in told[1:17] if dots(line) > 10}
    assert (len(set(captions)), len(strokes)) == (MOST_SERIES, MOST_SERIES)


def test_what_is_counted_is_zero_between_two_values_and_unknown_before_and_after() -> None:
    assert series(None, 1, None, 2).with_zeros.values == [None, 1, 0.0, 2]
    assert series(1, None, None, None).with_zeros.values == [1, None, None, None]
    assert series(None, None).with_zeros.values == [None, None]


def test_a_pipe_gets_the_numbers_and_a_terminal_the_plot() -> None:
    plot = Plot("s", [series(0.5, None, 2, outcome="completed"), series(1, 1, 1, outcome="failed")], "")
    piped = drawn(drawn_on(plot, "shop.x p95", MINUTE, Console(width=80, force_terminal=False)))
    assert [line.split() for line in piped.splitlines()] == [
        ["shop.x", "p95", "seconds"],
        ["from", "completed", "failed"],
        [to_the_second(at(0)), "500ms", "1.00s"],
        [to_the_second(at(15)), "-", "1.00s"],
        [to_the_second(at(30)), "2.00s", "1.00s"],
    ]
    assert dots(drawn(drawn_on(plot, "x", MINUTE, Console(width=80, force_terminal=False), always=True))) > 0
    assert dots(drawn(drawn_on(plot, "x", MINUTE, Console(width=80, force_terminal=True)))) > 0


def test_a_metric_that_is_zero_throughout_is_one_line() -> None:
    plot = metric_plot(Plot("", [series(0, None, 0), series(0)], ""), "x increase", MINUTE, 60)
    (line,) = drawn(plot).splitlines()
    assert line.startswith("x increase  0 throughout, ")


@pytest.mark.parametrize(
    ("unit", "value", "top"),
    [("By", 70e6, "80 MiB"), ("By", 900.0, "1000 B"), ("{order}/s", 0.07, "0.08"), ("", 4200, "5k")],
)
def test_the_axis_ends_at_a_round_number_of_its_unit(unit: str, value: float, top: str) -> None:
    axis = drawn(metric_plot(Plot(unit, [series(value)], ""), "x", MINUTE, 60)).splitlines()[1]
    assert axis.split(" ┤")[0].strip() == top


@pytest.mark.parametrize(
    ("unit", "values", "marks"),
    [
        ("", (-5, -1), ["0", "-1.25", "-2.5", "-3.75", "-5"]),
        ("", (-1, 1), ["1", "0.5", "0", "-0.5", "-1"]),
        ("", (-0.1, 11), ["12", "8", "4", "0", "-4"]),
        ("", (-3, 0), ["0", "-0.75", "-1.5", "-2.25", "-3"]),
        ("By", (-3e6, 1e6), ["1 MiB", "0 B", "-1 MiB", "-2 MiB", "-3 MiB"]),
        ("s", (-2.0, 2.0), ["2.00s", "1.00s", "0s", "-1.00s", "-2.00s"]),
    ],
)
def test_below_zero_there_is_an_axis_too(unit: str, values: tuple[float, float], marks: list[str]) -> None:
    lines = drawn(metric_plot(Plot(unit, [series(*values)], ""), "x", MINUTE, 60, 5)).splitlines()[1:6]
    assert [line.split(" ┤")[0].strip() for line in lines] == marks


def test_no_number_is_too_large_for_the_axis() -> None:
    lines = drawn(metric_plot(Plot("", [series(-1.7e308, 1.7e308)], ""), "x", MINUTE, 400)).splitlines()
    assert dots("".join(lines)) > 0


def test_a_value_below_zero_is_drawn_below_zero() -> None:
    plot = metric_plot(Plot("", [series(4, 4, 4, 4), series(-4, -4, -4, -4)], ""), "x", MINUTE, 60, 5)
    assert [dots(line) > 0 for line in drawn(plot).splitlines()[1:6]] == [True, False, False, False, True]


def test_of_many_series_the_largest_are_drawn() -> None:
    many = [series(number, service=f"s{number}") for number in range(10)]
    lines = drawn(metric_plot(Plot("", many, ""), "x", MINUTE, 60)).splitlines()
    assert [line[3:].split()[0] for line in lines if "least" in line] == [f"s{n}" for n in range(9, 1, -1)]
    assert lines[-1].startswith("and 2 more")


def dots(text: str) -> int:
    return sum((ord(char) - 0x2800).bit_count() for char in text if 0x2800 < ord(char) < 0x2900)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_a_gap_and_is_told(value: float | None) -> None:
    lines = drawn(metric_plot(Plot("", [series(value, value)], ""), "x", MINUTE, 60)).splitlines()
    assert lines[-1] == "━━ all  its points hold no number"
    among = drawn(metric_plot(Plot("", [series(1, value, 2)], ""), "x", MINUTE, 60)).splitlines()
    assert among[-1] == "━━ all  last 2 · least 1 · most 2"
