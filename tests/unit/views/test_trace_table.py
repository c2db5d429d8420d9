import pytest

from tests.unit.telemetry.duck_store import at
from tests.unit.views.drawing import drawn
from whodunit.telemetry.answers import TraceList, TraceSummary
from whodunit.views.trace_table import trace_table


def test_a_long_name_takes_no_room_from_the_id_and_the_numbers() -> None:
    found = [TraceSummary("c0ffee01" * 4, "product-catalog", "GET /" + "x" * 90, at(0), 0.0513, 12_000, 3)]
    heading, line, *_ = drawn(trace_table(TraceList(1, found, ""), 20), 80).splitlines()
    assert heading.split() == ["started", "trace", "first", "span", "took", "spans", "errors"]
    time, trace_id, *_, took, bar, spans, errors = line.split()
    assert (len(time), trace_id, took, bar, spans, errors) == (8, "c0ffee01", "51.3ms", "━" * 10, "12000", "3")


@pytest.mark.parametrize(
    ("found", "proposed"),
    [
        (
            [("watch order", 9.0, 0), ("buy", 2.0, 1), ("buy", 5.0, 0)],
            "Open the slowest with an error: whodunit trace 00000001",
        ),
        ([("watch order", 9.0, 0), ("buy", 2.0, 0), ("buy", 5.0, 0)], "Open the slowest: whodunit trace 00000002"),
        ([("watch order", 9.0, 0)], "Open the slowest: whodunit trace 00000000"),
    ],
)
def test_what_failed_is_proposed_before_what_only_waited(found: list[tuple[str, float, int]], proposed: str) -> None:
    traces = [
        TraceSummary(f"{number:08x}".ljust(32, "0"), "load-generator", name, at(0), took_s, 1, errors)
        for number, (name, took_s, errors) in enumerate(found)
    ]
    assert drawn(trace_table(TraceList(len(traces), traces, ""), 20), 80).splitlines()[-1] == proposed


def test_a_search_that_stopped_counting_says_at_least() -> None:
    found = [TraceSummary("c0ffee01" * 4, "order", "GET /", at(0), 0.0513, 1, 0)]
    cut = TraceList(2, found, "", is_lower_bound=True)
    assert "at least 1 older trace left out; --limit takes more" in drawn(trace_table(cut, 1), 80)
    assert "at least 1 older trace left out\n" in drawn(trace_table(cut, 10_000), 80)
    assert "\n2 older traces left out;" in drawn(trace_table(TraceList(3, found, ""), 1), 80)
