"""Several numbers in one statement: the alerts of the lab are judged every five seconds, where the shop runs.

Most of what such a statement costs is to plan it: what several questions share stands in it once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from whodunit.telemetry.questions import MetricQuery, Window
from whodunit.telemetry.store import metrics
from whodunit.telemetry.store.sql import Sql, all_of, compose, increases, joined, matching, within

Asked = Sequence[tuple[MetricQuery, Window]]
Numbered = Mapping[int, tuple[MetricQuery, Window]]


def statement(asked: Asked, *, has_totals: bool = True) -> Sql:
    """One row with a column for each question: `q0`, `q1` and so on.

    Without totals, points of cumulative counters and histograms, there are no increases to be worked out.
    """
    return compose("SELECT * FROM\n{tables}", tables=joined(",\n", _tables(dict(enumerate(asked)), has_totals)))


@dataclass(frozen=True)
class Whole:
    """The statement with the columns of all questions, as a person reads it."""

    asked: Asked

    def __str__(self) -> str:
        """The statement, its values written out."""
        return str(statement(self.asked))


def measured(asked: Asked) -> Sql:
    """The names that there are points of, in any of the windows, and whether any of them is a total."""
    return compose(
        "SELECT name, coalesce(bool_or({is_total}), false) AS has_totals FROM metrics"
        " WHERE {in_time} AND name IN ({names}) GROUP BY name",
        is_total=metrics.IS_TOTAL,
        in_time=within("time", _all_windows(asked)),
        names=_names(asked),
    )


def _tables(asked: Numbered, has_totals: bool) -> Iterator[Sql]:
    """Tables of one row, which have each question's column among them."""
    sums = {each: question for each, question in asked.items() if metrics.is_aggregate(question[0])}
    if sums:
        yield _aggregates(sums, has_totals)
    levels = {each: question for each, question in asked.items() if metrics.is_level(question[0])}
    for alike in _comparable(levels):
        yield _levels(alike)
    for each in asked.keys() - sums.keys() - levels.keys():
        query, window = asked[each]
        own = metrics.statement(query, window, window.seconds, {})
        yield compose("(SELECT {column} FROM ({own}))", column=_columns({each: Sql("value")}), own=own)


def _aggregates(asked: Numbered, has_totals: bool) -> Sql:
    everything = [*asked.values()]
    window = _all_windows(everything)
    columns = {each: metrics.aggregate(query, its.seconds, _only(query, its)) for each, (query, its) in asked.items()}
    return compose(
        "(SELECT {columns}\nFROM {rows}\nWHERE {in_time} AND name IN ({names}))",
        columns=_columns(columns),
        rows=increases(window) if has_totals else Sql("metrics"),
        in_time=within("time", window),
        names=_names(everything),
    )


def _comparable(asked: Numbered) -> Iterator[Numbered]:
    """Levels for which the same process of a service is the newest: of the same points, up to the same moment."""

    def points(each: int) -> tuple[str, datetime]:
        query, window = asked[each]
        return repr(query.where), window.end

    for _, alike in groupby(sorted(asked, key=points), key=points):
        yield {each: asked[each] for each in alike}


def _levels(asked: Numbered) -> Sql:
    everything = [*asked.values()]
    [where, *_] = [query.where for query, _ in everything]
    columns = {each: metrics.level(query, _only(query, window)) for each, (query, window) in asked.items()}
    return compose(
        """
        (SELECT {sums} FROM (
          SELECT {columns}
          FROM (
            FROM metrics
            WHERE {points}
            QUALIFY resource_id = arg_max(resource_id, time) OVER (PARTITION BY name, service)
          )
          GROUP BY name, service, attributes
        ))
        """,
        sums=_columns({each: Sql(f"sum(q{each})") for each in asked}),
        columns=_columns(columns),
        points=all_of(
            [
                within("time", _all_windows(everything)),
                compose("name IN ({names})", names=_names(everything)),
                *matching(where),
            ]
        ),
    )


def _only(query: MetricQuery, window: Window) -> Sql:
    return compose(" FILTER (WHERE {matching})", matching=all_of([metrics.asked(query), within("time", window)]))


def _columns(values: Mapping[int, Sql]) -> Sql:
    return joined(",\n  ", (compose(f"{{value}} AS q{each}", value=value) for each, value in values.items()))


def _all_windows(asked: Asked) -> Window:
    return Window(min(window.start for _, window in asked), max(window.end for _, window in asked))


def _names(asked: Asked) -> Sql:
    return joined(", ", (compose("{name}", name=name) for name in sorted({query.name for query, _ in asked})))
