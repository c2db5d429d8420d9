"""What is computed for the pages' drawings."""

import json
from datetime import timedelta
from math import inf
from typing import Any

import pytest

from tests.unit.desk.shop import busy, source
from tests.unit.telemetry.duck_store import MINUTE, NOON, at
from whodunit.alerts import loading
from whodunit.desk.health import budgets, load, service_map
from whodunit.desk.health.deployments import deployments
from whodunit.desk.health.red import HEIGHT, WIDTH, small
from whodunit.desk.logs import volume
from whodunit.desk.metrics.heatmap import EDGE, ROW, heatmap
from whodunit.desk.metrics.pinning import pinnable
from whodunit.desk.plots import Mark, drawing, label
from whodunit.desk.traces import dots, fall
from whodunit.telemetry import log_volume
from whodunit.telemetry.answers import Buckets, Edge, Exemplar, Plot, Series, ServiceMap, Span, TraceSummary
from whodunit.telemetry.questions import MetricQuery, Statistic
from whodunit.topology import LOAD_GENERATOR
from whodunit.views.metric_plot import MOST_SERIES
from whodunit.views.metric_statistic import Choice


def series(*values: float | None, **attributes: str) -> Series:
    return Series(attributes, [at(5.0 * step) for step in range(len(values))], values)


def edge(caller: str | None, callee: str, calls: float = 1.0, errors: float = 0.0, kind: str = "service") -> Edge:
    return Edge(caller, callee, calls, errors, 0.01, kind)


def seen(*edges: Edge, **heard_s: float) -> service_map.Drawing:
    heard = {name.replace("_", "-"): at(second) for name, second in heard_s.items()}
    return service_map.drawing(ServiceMap(edges, "", heard), at(60))


def places(found: service_map.Drawing) -> dict[str, tuple[float, float]]:
    return {box.name: (box.x, box.y) for box in found.boxes}


def test_the_map_stands_still_while_figures_move() -> None:
    quiet, busy_ = seen(edge(None, "frontend")), seen(edge(None, "frontend", 9), edge("order", "payment", 7, 0.5))
    assert places(quiet) == places(busy_)
    assert not quiet.paths[-1].is_used


def test_who_calls_stands_left_of_who_is_called() -> None:
    found = places(seen(edge("load-generator", "frontend"), edge("user", "breached-passwords", kind="peer")))
    assert found["frontend"][0] < found["order"][0] < found["payment"][0] < found["gateway"][0]
    assert found["breached-passwords"][0] > found["user"][0]
    assert "load-generator" not in found


def test_a_caller_and_the_own_database_are_rows() -> None:
    found = seen(edge("load-generator", "frontend"), edge("order", "order.db", kind="database"))
    boxes = {box.name: [call.label for call in box.calls] for box in found.boxes}
    assert boxes["frontend"] == ["load-generator"]
    assert boxes["order"] == ["frontend", "its database"]
    assert "order.db" not in boxes


def test_boxes_do_not_overlap() -> None:
    found = seen(edge("frontend", "order"))
    for box in found.boxes:
        for other in found.boxes:
            if box is not other and box.x == other.x:
                assert box.y + box.height < other.y or other.y + other.height < box.y


def test_a_circle_of_calls_is_drawn_too() -> None:
    assert {"a", "b"} <= places(seen(edge("a", "b"), edge("b", "a"))).keys()


def test_a_silent_service_and_a_failing_call_are_marked() -> None:
    found = seen(edge("order", "payment", errors=0.02), payment=40, order=58)
    silent = {box.name: box.silent_since for box in found.boxes if box.silent_since}
    assert silent == {"payment": at(40)}
    assert [path.is_wrong for path in found.paths].count(True) == 1


def test_no_calls_no_map() -> None:
    assert not seen().boxes


def test_budgets_are_counted_over_their_window() -> None:
    found = budgets.budgets(source(busy()).telemetry, loading.bundled(), at(60))
    by_name = {each.slo.name: each for each in found.rows}
    checkout = by_name["checkout-latency"]
    assert checkout.events == 12 * 13 + 6 * 4
    assert checkout.good == pytest.approx(1 - (6 * 4) / checkout.events)
    assert checkout.left == pytest.approx(1 - (6 * 4) / checkout.events / 0.05)
    assert by_name["login-availability"].left is None


def test_a_deployment_is_a_release_that_was_not_there_at_first() -> None:
    [found] = deployments(source(busy()).telemetry, MINUTE)
    assert (found.service, found.release, found.since) == ("order", "1.1", at(30))


def test_a_small_plot_begins_at_0_and_has_gaps() -> None:
    plot = small([1.0, None, 2.0])
    assert plot.line == "M0.0 11.0H40.0M80.0 1.0H120.0"
    assert (plot.last, WIDTH, HEIGHT) == (2.0, 120.0, 22.0)
    assert small([]).last is None


def test_a_plot_says_more_than_hue() -> None:
    found = drawing("s", MINUTE, [("a", series(1.0)), ("b", series(2.0)), ("c", series(0.5, service="payment"))])
    assert len({line.dash for line in found.lines}) == 3
    assert [line.label for line in found.lines] == ["b", "a", "c"]


def test_of_many_series_the_largest_are_drawn() -> None:
    found = drawing("", MINUTE, ((str(number), series(float(number))) for number in range(MOST_SERIES + 3)))
    assert found.left_out == 3
    assert found.lines[0].label == str(MOST_SERIES + 2)


def test_the_lines_that_are_drawn_are_those_that_can_be_pinned() -> None:
    plot = Plot("", [series(float(number), service=f"s{number}") for number in range(MOST_SERIES + 1)], "")
    drawn = drawing("", MINUTE, ((label(each), each) for each in plot.series))
    _, *lines = pinnable(MetricQuery("m", Statistic.RATE), plot, Choice(Statistic.RATE), MINUTE)
    assert [line.of for line in lines] == [line.label for line in drawn.lines]


def test_the_browser_gets_numbers_that_are_json() -> None:
    plot = drawing("s", MINUTE, [("x", series(1.23456789, None, float("nan")))], limit=2.0, marks=[Mark(at(30), "1.1")])
    found: Any = json.loads(plot.data)
    assert found["series"][0]["values"] == [1.23457, None, None]
    assert (found["until"], found["limit"], found["marks"][0]["at"]) == (at(60).timestamp(), 2.0, at(30).timestamp())
    assert plot.rows[0][2:] == ("1.23s", "1.23s", "1.23s")


def test_a_line_without_attributes_has_a_name() -> None:
    assert (label(series(1.0)), label(series(1.0, a="x", b="y"))) == ("all", "x y")


def summary(seconds: float, start_s: float, errors: int = 0) -> TraceSummary:
    return TraceSummary("t", "frontend", "GET /", at(start_s), seconds, 1, errors)


def test_slower_is_higher_and_errors_lie_on_top() -> None:
    found = dots.drawing([summary(10.0, 10, errors=1), summary(0.01, 30), summary(0.1, 60)], MINUTE)
    slow = found.dots[-1]
    assert slow.trace.duration_s == 10.0
    assert slow.y < min(dot.y for dot in found.dots[:-1])
    assert [level.seconds for level in found.levels] == [0.01, 0.1, 1.0, 10.0]
    assert all(0 < dot.x < 100 for dot in found.dots)


def test_no_traces_no_dots() -> None:
    assert not dots.drawing([], MINUTE).dots


def test_the_volume_has_the_worst_below() -> None:
    counts = {"INFO": {0: 1}, "ERROR": {0: 1}, "odd": {59: 1}}
    found = volume.drawing(log_volume.volume(counts, MINUTE, volume.step_s(MINUTE), ""), MINUTE)
    assert [(part.severity, part.count) for part in found.bars[0].parts] == [("ERROR", 1), ("INFO", 1)]
    assert found.bars[0].parts[0].y > found.bars[0].parts[1].y
    assert (found.bars[-1].start, found.most) == (NOON + timedelta(seconds=59), 2)
    assert found.severities == [("ERROR", 1), ("INFO", 2)]


def span(span_id: str, parent: str | None, start_s: float, seconds: float, **fields: Any) -> Span:
    base: dict[str, Any] = {"status": "unset", "status_message": "", "attributes": {}, "events": ()}
    return Span("t", span_id, parent, "order", span_id, "internal", at(start_s), seconds, **(base | fields))


def test_own_time_is_what_no_child_covers() -> None:
    found = fall.drawing([span("a", None, 0, 10), span("b", "a", 2, 3), span("c", "a", 4, 4)], [], ())
    bar = found.rows[0].bar
    assert bar
    assert [(part.x, part.width) for part in bar.own] == [(0.0, 200.0), (800.0, 200.0)]
    assert [(part.x, part.width) for part in bar.whole] == [(0.0, 1000.0)]


def test_a_trace_without_its_beginning_is_incomplete() -> None:
    found = fall.drawing([span("b", "gone", 2, 3)], [], ())
    assert found.is_incomplete
    assert found.rows[0].notes[0].body.startswith("1 span whose parents are not here")
    assert found.rows[1].link == "b"


def test_alike_spans_are_one_row() -> None:
    children = [span(f"c{number}", "a", number, 0.5, attributes={"db.query.text": "SELECT 1"}) for number in range(4)]
    alike = [Span(**(vars(child) | {"name": "SELECT"})) for child in children]
    rows = fall.drawing([span("a", None, 0, 10), *alike], [], ()).rows
    assert (rows[1].number, rows[1].link, len(rows)) == (4, "", 2)
    assert len(fall.drawing([span("a", None, 0, 10), *alike], [], (), everything=True).rows) == 5


def test_events_are_marked_where_they_tell_a_time() -> None:
    events = [{"name": "retry", "time": at(5).isoformat()}, {"name": "odd", "time": "soon"}, {"name": "none"}]
    bar = fall.drawing([span("a", None, 0, 10, events=events)], [], ()).rows[0].bar
    assert bar
    assert bar.events == [500.0]


def test_a_heatmap_shows_the_buckets_that_hold_something() -> None:
    found = Buckets("s", [0.1, 1.0, 5.0, inf], [at(0), at(30)], [[0, 4, 0, 0], [0, 0, 0, 1]], "")
    exemplars = [Exemplar(at(15), 0.55, "a" * 32), Exemplar(at(45), 60, "b" * 32)]
    drawn = heatmap(found, exemplars, MINUTE, 30)
    assert drawn
    assert list(drawn.names) == ["100ms to 1.00s", "1.00s to 5.00s", "above 5.00s"]
    assert [level.bound for level in drawn.levels] == ["100ms", "1.00s", "5.00s"]
    [[quick], [slow]] = [column.cells for column in drawn.columns]
    assert (quick.count, quick.opacity, quick.y) == (4, 1, EDGE + 2 * ROW)
    assert (slow.count, slow.y) == (1, EDGE)
    assert slow.opacity < 0.6
    assert [(dot.x, dot.y) for dot in drawn.dots] == [(25, EDGE + 2.5 * ROW), (75, EDGE + 0.5 * ROW)]


def test_a_bucket_without_a_width_has_its_dots_in_the_middle() -> None:
    found = Buckets("s", [0.0, 1.0, inf], [at(0)], [[2, 1, 0]], "")
    drawn = heatmap(found, [Exemplar(at(15), 0.0, "a" * 32), Exemplar(at(30), -1.0, "b" * 32)], MINUTE, 60)
    assert drawn
    assert [dot.y for dot in drawn.dots] == [EDGE + 1.5 * ROW] * 2


def test_a_heatmap_of_nothing_is_none() -> None:
    assert heatmap(Buckets("s", [], [], [], ""), [], MINUTE, 30) is None
    assert heatmap(Buckets("s", [1.0], [at(0)], [[0]], ""), [], MINUTE, 60) is None


def test_load_is_told_by_its_generator_and_by_nobody_else() -> None:
    store = busy()
    for time_s, service, body in [
        (5, LOAD_GENERATOR, "Load begins."),
        (6, LOAD_GENERATOR, "Load more than was asked."),
        (7, "order", "Load begins."),
        (40, LOAD_GENERATOR, "Load ends."),
    ]:
        store.log(body, service, time_s)
    found = load.changes(source(store).telemetry, MINUTE)
    assert [(each.what, each.at) for each in found] == [("begins", at(5)), ("ends", at(40))]
