"""A panel can be shown by any page: each of its questions is one that both backends answer."""

import re
from collections.abc import Iterator

import pytest

from tests.unit.grafana.panels import panels as drawn
from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.panels import browsers, checkout, login, service, volume, waiting
from whodunit.panels.panel import Line, Panel
from whodunit.telemetry import metric_promql
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.telemetry.vocabulary import ATTRIBUTES, METRICS

OF_A_SERVICE = (
    *(service.requests, service.answer_times, service.peer_times, service.peer_answers, service.connections),
    *(service.connection_times, service.event_loop, service.memory, service.processor),
)


def defined() -> Iterator[Panel]:
    for module in (browsers, checkout, login, volume, waiting):
        yield from (each for each in vars(module).values() if isinstance(each, Panel))
    yield from (make("order") for make in OF_A_SERVICE)


PANELS = list(defined())
LINES = [line for panel in PANELS for line in panel.lines]

every_line = pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.query.name} {line.query.statistic}")


@every_line
def test_a_line_can_be_asked_of_both_backends(line: Line) -> None:
    assert StoreTelemetry(DuckStore()).plot(line.query, MINUTE, 10, line.by).series == []
    metric = METRICS[line.query.name]
    assert metric.family in metric_promql.number(metric, line.query, 10, line.by)
    assert metric.family in metric_promql.line(metric, line.query, "$window", line.by)


@every_line
def test_a_line_is_called_by_what_it_is_asked_by(line: Line) -> None:
    assert re.findall(r"{(.+?)}", line.legend) == list(line.by)
    assert {*line.by, *line.query.where} <= {"service", *ATTRIBUTES}


def test_the_lines_of_a_panel_differ_by_legend() -> None:
    for panel in PANELS:
        legends = [line.legend for line in panel.lines]
        assert len(set(legends)) == len(legends), panel.title


def test_every_panel_is_drawn_by_grafana() -> None:
    shown = {(panel.title, len(panel.targets)) for panel in drawn()}
    assert {(panel.title, len(panel.lines)) for panel in PANELS} <= shown
