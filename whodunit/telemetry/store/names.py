"""The names of metrics and services, in SQL."""

from whodunit.telemetry.questions import RELEASE, Window
from whodunit.telemetry.store.sql import Sql, compose, within

METRIC_NAMES = Sql("SELECT DISTINCT name FROM metrics ORDER BY name")

SERVICE_NAMES = Sql("SELECT DISTINCT service FROM resources ORDER BY service")


def metric_list(window: Window) -> Sql:
    """One row for each metric with points in the window."""
    return compose(
        """
        SELECT name, any_value(type) AS type, any_value(monotonic) AS monotonic, any_value(unit) AS unit,
          list_sort(list(DISTINCT service)) AS services,
          list_sort(list_distinct(flatten(list(map_keys(attributes))))) AS attribute_keys
        FROM metrics
        WHERE {within}
        GROUP BY name ORDER BY name
        """,
        within=within("time", window),
    )


def releases(window: Window) -> Sql:
    """One row for each release of a service with spans or log records in the window."""
    return compose(
        """
        SELECT DISTINCT service, {release} AS release FROM resources
        WHERE {release} IS NOT NULL AND resource_id IN (
          SELECT resource_id FROM spans WHERE {spans} UNION SELECT resource_id FROM logs WHERE {logs})
        ORDER BY service, release
        """,
        release=compose("attributes[{key}]", key=RELEASE),
        spans=within("start_time", window),
        logs=within("time", window),
    )


def measured(name: str) -> Sql:
    """The kind and the unit of one metric."""
    return compose("SELECT type, unit FROM metrics WHERE name = {name} LIMIT 1", name=name)
