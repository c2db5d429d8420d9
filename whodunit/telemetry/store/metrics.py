"""Metrics in SQL: one number or one number per group, from delta sums, gauges and bucketed histograms.

Counters and histograms are read as increases, whatever temporality they came with: a sum over the rows is the increase.
"""

from collections.abc import Mapping

from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import MetricQuery, Statistic, Window
from whodunit.telemetry.store.sql import Sql, all_of, compose, equals, increases, joined, matching, step_of, within

_AGGREGATES = {
    Statistic.MEAN: "sum(sum){only} / nullif(sum(count){only}, 0)",
    Statistic.COUNT: "sum({counted}){only}",
    Statistic.INCREASE: "sum(coalesce(value, count)){only}",
    Statistic.RATE: "sum(coalesce(value, count)){only} / {seconds}",
    Statistic.MAX: "max(coalesce(value, max)){only}",
}

_LEVELS = {
    Statistic.LAST: "arg_max(value, time){only}",
    Statistic.RISE: "arg_max(value, time){only} - min(value){only}",
}

EVERY_ROW = Sql("")
IS_TOTAL = Sql("temporality = 'cumulative' AND (monotonic OR type = 'histogram')")


def statement(query: MetricQuery, window: Window, seconds: float, keys: Mapping[str, Sql]) -> Sql:
    """Columns: each of `keys`, `value` and, without keys, `points`; one row per group, `seconds` long."""
    if is_level(query):
        return _of_each_series(level(query), _points(query, window), keys)
    points = asked(query)
    if query.statistic is Statistic.PERCENTILE:
        return _percentile(increases(window), points, _percent(query), keys)
    return compose(
        "SELECT {keys}{value} AS value{count}\nFROM {rows}\nWHERE {points}{group}",
        keys=_selected(keys),
        value=aggregate(query, seconds),
        rows=increases(window),
        count=Sql("" if keys else ", count(*) AS points"),
        points=points,
        group=_grouped(keys),
    )


def exemplars(query: MetricQuery, window: Window, limit: int) -> Sql:
    """Trace ids that the metric recorded with its measurements, largest measurement first."""
    return compose(
        """
        SELECT trace_id FROM (
          SELECT exemplar->>'trace_id' AS trace_id, CAST(exemplar->>'value' AS DOUBLE) AS value
          FROM (SELECT unnest(CAST(exemplars AS JSON[])) AS exemplar FROM metrics WHERE {points})
        )
        WHERE trace_id <> '' GROUP BY trace_id ORDER BY max(value) DESC LIMIT {limit}
        """,
        points=_points(query, window),
        limit=limit,
    )


def buckets(query: MetricQuery, window: Window, step_s: float) -> Sql:
    """Columns `step`, `upper` (NULL is infinite) and `n`, the measurements of a bucket in a step."""
    return compose(
        """
        SELECT step, bounds[i] AS upper, CAST(sum(n) AS DOUBLE) AS n
        FROM (
          SELECT {step} AS step, bounds, unnest(bucket_counts) AS n, generate_subscripts(bucket_counts, 1) AS i
          FROM {rows}
          WHERE {points}
        )
        GROUP BY ALL ORDER BY step, upper
        """,
        step=step_of(window, step_s),
        rows=increases(window),
        points=asked(query),
    )


def largest_exemplars(query: MetricQuery, window: Window, step_s: float) -> Sql:
    """Columns `time`, `value` and `trace_id`: of each step the largest measurement that has a trace."""
    return compose(
        """
        SELECT time, value, trace_id FROM (
          SELECT coalesce(TRY_CAST(exemplar->>'time' AS TIMESTAMP), time) AS time,
            TRY_CAST(exemplar->>'value' AS DOUBLE) AS value, exemplar->>'trace_id' AS trace_id
          FROM (SELECT time, unnest(CAST(exemplars AS JSON[])) AS exemplar FROM metrics WHERE {points})
        )
        WHERE trace_id <> '' AND isfinite(value) AND {within}
        QUALIFY row_number() OVER (PARTITION BY {step} ORDER BY value DESC, time) = 1
        ORDER BY time
        """,
        points=_points(query, window),
        within=within("time", window),
        step=step_of(window, step_s),
    )


def is_aggregate(query: MetricQuery) -> bool:
    """True if the number is one aggregate over the rows of `increases`."""
    return query.statistic in _AGGREGATES


def aggregate(query: MetricQuery, seconds: float, only: Sql = EVERY_ROW) -> Sql:
    """The aggregate over rows of `increases`; `only` is a FILTER clause."""
    return compose(_AGGREGATES[query.statistic], seconds=seconds, counted=_counted(query), only=only)


def is_level(query: MetricQuery) -> bool:
    """True if the number is the level of each series, summed."""
    return query.statistic in _LEVELS


def level(query: MetricQuery, only: Sql = EVERY_ROW) -> Sql:
    """The level over the points of one series; `only` is a FILTER clause."""
    return compose(_LEVELS[query.statistic], only=only)


def asked(query: MetricQuery) -> Sql:
    """The condition for a point to be one that the query asks for, whenever it was."""
    service = [compose("service {equals}", equals=equals(query.service))] if query.service else []
    return all_of([compose("name = {name}", name=query.name), *service, *matching(query.where)])


def _points(query: MetricQuery, window: Window) -> Sql:
    return all_of([within("time", window), asked(query)])


def _counted(query: MetricQuery) -> Sql:
    if query.longer_than_s is None:
        return Sql("count")
    return compose(
        "count - coalesce(list_sum(bucket_counts[1:list_position(bounds, CAST({bound} AS DOUBLE))]), 0)",
        bound=query.longer_than_s,
    )


def _percent(query: MetricQuery) -> float:
    if query.percentile is None or not 0 <= query.percentile <= 100:
        raise TelemetryError(f"{query.name}: a percentile lies between 0 and 100, not {query.percentile}.")
    return query.percentile


def _percentile(rows: Sql, points: Sql, percent: float, keys: Mapping[str, Sql]) -> Sql:
    """As Prometheus' histogram_quantile: linear within a bucket; the last, open bucket gives its lower bound."""
    return compose(
        """
        WITH points AS (
          SELECT {keys}bounds, bucket_counts FROM {rows}
          WHERE {points}
        ), buckets AS (
          SELECT {names}coalesce(bounds[i], CAST('infinity' AS DOUBLE)) AS upper, CAST(sum(n) AS DOUBLE) AS n
          FROM (SELECT *, unnest(bucket_counts) AS n, generate_subscripts(bucket_counts, 1) AS i FROM points)
          GROUP BY ALL
        ), ranked AS (
          SELECT *, coalesce(lag(upper) OVER below, least(upper, 0)) AS lower, sum(n) OVER below AS upto,
            sum(n) OVER ({groups}) * {percent} / 100 AS rank
          FROM buckets WINDOW below AS ({groups} ORDER BY upper)
        )
        SELECT {names}
          min_by(if(isinf(upper), lower, lower + (upper - lower) * (rank - upto + n) / n), upper) AS value{count}
        FROM ranked WHERE n > 0 AND upto >= rank{by_group}
        """,
        keys=_selected(keys),
        names=_names(keys),
        groups=Sql(f"PARTITION BY {', '.join(keys)}" if keys else ""),
        rows=rows,
        points=points,
        percent=percent,
        count=Sql("" if keys else ", (SELECT count(*) FROM points) AS points"),
        by_group=_grouped(keys),
    )


def _of_each_series(level: Sql, points: Sql, keys: Mapping[str, Sql]) -> Sql:
    """The `level` of each series, summed; of a service that restarted, only the newest process counts."""
    return compose(
        """
        WITH newest AS (
          SELECT {keys}service, resource_id, attributes,
            {level} AS value, max(time) AS time, count(*) AS points
          FROM metrics
          WHERE {points}
          GROUP BY {names}service, resource_id, attributes
          QUALIFY resource_id = arg_max(resource_id, max(time)) OVER (PARTITION BY {names}service)
        )
        SELECT {names}sum(value) AS value{count} FROM newest{by_group}
        """,
        level=level,
        keys=_selected(keys),
        names=_names(keys),
        points=points,
        count=Sql("" if keys else ", CAST(coalesce(sum(points), 0) AS BIGINT) AS points"),
        by_group=_grouped(keys),
    )


def _selected(keys: Mapping[str, Sql]) -> Sql:
    """Each key as a column of its name, with a comma at the end."""
    return joined("", (compose("{key} AS " + name + ", ", key=key) for name, key in keys.items()))


def _names(keys: Mapping[str, Sql]) -> Sql:
    return Sql("".join(f"{name}, " for name in keys))


def _grouped(keys: Mapping[str, Sql]) -> Sql:
    names = ", ".join(keys)
    return Sql(f"\nGROUP BY {names} ORDER BY {names}" if keys else "")
