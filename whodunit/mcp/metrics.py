"""Tools 6 and 7: the metrics that there are, and one of them over time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from whodunit.compare.findings import FEWEST_POINTS
from whodunit.compare.forecast import Line
from whodunit.mcp import hints
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import EVIDENCE_ID, Envelope
from whodunit.mcp.metric_question import known_metric, question, step_s
from whodunit.mcp.moments import duration_s
from whodunit.mcp.names import briefs
from whodunit.mcp.parameters import Cursor, End, Service, Start
from whodunit.mcp.source import Asked, Source
from whodunit.telemetry.answers import MetricInfo, Plot, Series
from whodunit.telemetry.citation import evidence_of_number
from whodunit.telemetry.kinds import check_attributes, kind_of
from whodunit.telemetry.questions import MetricQuery, Window

MOST_SERIES = 10
_NOT_ASKED = {"whole_window": None, EVIDENCE_ID: None}
"""Of a series without one of the attributes that it was split by: none of its own can be asked for."""

_PER_PAGE = 60


class MetricTools:
    """Answers from metrics."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def list_metrics(
        self,
        search: Annotated[str | None, Field(description="Part of the name")] = None,
        service: Service = None,
        start: Start = None,
        end: End = None,
        cursor: Cursor = None,
    ) -> str:
        """Metrics with points in the window: kind, unit, services, attributes, and the statistics that each has."""
        with self._ask() as source:
            hints.known_service(source, service)
            asked = {"search": search, "service": service, "start": start, "end": end}
            at = page(asked, cursor, source.now)
            window = source.window(start, end, at.now)
            listed = source.telemetry.metric_list(window)
            told = briefs()
            rows = [
                _described(each, told)
                for each in listed.metrics
                if (not search or search.lower() in each.name.lower()) and service in {None, *each.services}
            ]
            hint = "" if rows else hints.empty(source, "such metrics", "search")
            shown = rows[at.skip : at.skip + _PER_PAGE]
            return Envelope(window, listed.query, shown, len(rows), at, hint=hint).text()

    def query_metric(
        self,
        name: str,
        statistic: Annotated[
            str,
            Field(
                description="Histogram: p95 (any), mean, rate, count, max; counter: rate, increase; gauge: value, max"
            ),
        ],
        by: Annotated[
            list[str] | None, Field(description="A series for each value: service, service.version, attributes")
        ] = None,
        where: Annotated[dict[str, str] | None, Field(description="Exact attributes, service among them")] = None,
        step: Annotated[str | None, Field(description="5s or more")] = None,
        horizon: Annotated[str | None, Field(description="Draw the trend on for so long: 2m")] = None,
        start: Start = None,
        end: End = None,
    ) -> str:
        """One metric over time: at most 10 series of 60 points, the highest first, each with the number of the whole
        window as its evidence.
        """
        with self._ask() as source:
            window = source.window(start, end, source.now)
            metric = known_metric(source, name, window)
            check_attributes(metric, [*(by or []), *(where or {})])
            query = question(metric, statistic, where or {})
            hints.known_service(source, (where or {}).get("service"))
            every_s = step_s(step, window)
            plot = source.telemetry.plot(query, window, every_s, by or ())
            ahead_s = duration_s(horizon) if horizon else None
            ranked = sorted(plot.series, key=_highest, reverse=True)
            rows = [
                {"attributes": each.attributes, "values": each.values}
                | (_whole(source, query, each, window) if len(each.attributes) == len(by or ()) else _NOT_ASKED)
                | dict(_trend(each, window.end, ahead_s))
                for each in ranked[:MOST_SERIES]
            ]
            return Envelope(
                window,
                plot.query,
                rows,
                len(ranked),
                evidence_id=rows[0]["evidence_id"] if rows else None,
                hint=_hint(source, plot),
                more={"unit": plot.unit, "first_step": window.start, "step_s": every_s},
            ).text()


def _described(metric: MetricInfo, told: Mapping[str, str]) -> dict[str, Any]:
    brief = {"brief": told[metric.name]} if metric.name in told else {}
    return {
        "name": metric.name,
        "kind": kind_of(metric),
        "unit": metric.unit,
        "services": metric.services,
        "attributes": metric.attributes,
        **brief,
    }


def _whole(source: Source, query: MetricQuery, series: Series, window: Window) -> dict[str, Any]:
    """The number of a series over the whole window."""
    own = {key: value for key, value in series.attributes.items() if key != "service"}
    service = series.attributes.get("service", query.service)
    of_series = replace(query, service=service, where={**query.where, **own})
    number = source.telemetry.number(of_series, window)
    traces = {"trace_ids": list(number.exemplars)[:2]} if number.exemplars else {}
    return {"whole_window": number.value, **traces, EVIDENCE_ID: evidence_of_number(of_series, window)}


def _trend(series: Series, end: datetime, ahead_s: float | None) -> Iterator[tuple[str, Any]]:
    """The line through the points, drawn on; minutes of data show no season."""
    if ahead_s is None:
        return
    known = [(time, value) for time, value in zip(series.times, series.values, strict=True) if value is not None]
    if len(known) < FEWEST_POINTS:
        yield "forecast", f"refused: {len(known)} points, {FEWEST_POINTS} are needed"
        return
    xs = [(time - end).total_seconds() for time, _ in known]
    line = Line.through(xs, [value for _, value in known])
    yield (
        "forecast",
        {
            "at": end + timedelta(seconds=ahead_s),
            "value": line.y_mean + line.slope * (ahead_s - line.x_mean),
            "noise": line.noise,
            "is_trend": line.is_inclined,
        },
    )


def _highest(series: Series) -> float:
    return max((value for value in series.values if value is not None), default=float("-inf"))


def _hint(source: Source, plot: Plot) -> str:
    if not plot.series:
        return hints.empty(source, "points", "where")
    left = len(plot.series) - MOST_SERIES
    return f"{left} series with lower values left out: narrow with where." if left > 0 else ""
