"""Several numbers in one statement: the alerts of the lab are judged every five seconds, where the shop runs."""

from collections.abc import Sequence

from whodunit.telemetry.questions import MetricQuery, Window
from whodunit.telemetry.store import metrics
from whodunit.telemetry.store.sql import Sql, all_of, compose, increases, joined, within

Asked = Sequence[tuple[MetricQuery, Window]]


def statement(asked: Asked, *, at_zero: bool = False) -> Sql:
    """One row with a column for each question: `q0`, `q1` and so on.

    While all points are `at_zero`, so are their increases, which are most of what there is to plan.
    """
    columns = [
        compose(f"{{value}} AS q{number}", value=_value(query, window)) for number, (query, window) in enumerate(asked)
    ]
    selected = joined(",\n  ", columns)
    if not any(metrics.is_aggregate(query) for query, _ in asked):
        return compose("SELECT {columns}", columns=selected)
    return compose(
        "WITH points AS MATERIALIZED (FROM {rows} WHERE name IN ({names}))\nSELECT {columns}\nFROM points",
        columns=selected,
        names=_names(asked),
        rows=_points(_all_windows(asked)) if at_zero else increases(_all_windows(asked)),
    )


def measured(asked: Asked) -> Sql:
    """The names that there are points of, in any of the windows, and whether any of them is not 0."""
    return compose(
        "SELECT name, bool_or(coalesce(value, count, 1) <> 0) AS counts FROM metrics"
        " WHERE {in_time} AND name IN ({names}) GROUP BY name",
        in_time=within("time", _all_windows(asked)),
        names=_names(asked),
    )


def _points(window: Window) -> Sql:
    return compose("(FROM metrics WHERE {in_time})", in_time=within("time", window))


def _all_windows(asked: Asked) -> Window:
    return Window(min(window.start for _, window in asked), max(window.end for _, window in asked))


def _names(asked: Asked) -> Sql:
    return joined(", ", (compose("{name}", name=name) for name in sorted({query.name for query, _ in asked})))


def _value(query: MetricQuery, window: Window) -> Sql:
    """An aggregate over the rows that all questions share, or else a statement of its own."""
    if not metrics.is_aggregate(query):
        return compose("(SELECT value FROM ({own}))", own=metrics.statement(query, window, window.seconds, {}))
    matching = all_of([metrics.asked(query), within("time", window)])
    return metrics.aggregate(query, window.seconds, compose(" FILTER (WHERE {matching})", matching=matching))
