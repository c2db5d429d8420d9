"""Spans and traces in SQL."""

from datetime import timedelta

from whodunit.telemetry.questions import RELEASE, EventQuery, SpanQuery, Window
from whodunit.telemetry.store.sql import INSTANCE, Sql, all_of, compose, matching, of_resource, within

_ANCESTRY = timedelta(minutes=10)
"""The longest time before the window at which an ancestor may have started; keeps the search off older data."""

_COLUMNS = compose(
    """
    trace_id, span_id, parent_span_id, service, name, kind, start_time, duration_s,
      status, status_message, attributes, events, links,
      {release} AS release, {instance} AS instance
    """,
    release=of_resource(RELEASE, "spans"),
    instance=of_resource(INSTANCE, "spans"),
)


_SUMMARY = Sql("""\
SELECT trace_id, arg_min(service, start_time) AS service, arg_min(name, start_time) AS name,
  min(start_time) AS start_time,
  max(epoch(start_time) + duration_s) - min(epoch(start_time)) AS duration_s,
  count(*) AS spans, count(*) FILTER (status = 'error') AS errors,
  bool_or(coalesce(parent_span_id, '') = '') AS has_root
FROM spans""")


def counted(query: SpanQuery, window: Window) -> Sql:
    """The number of spans that match."""
    return compose("SELECT count(*) AS n FROM spans\nWHERE {matches}", matches=_matches(query, window))


def listed(query: SpanQuery, window: Window, limit: int) -> Sql:
    """The spans that match, slowest first."""
    return compose(
        "SELECT {columns}\nFROM spans\nWHERE {matches}\nORDER BY duration_s DESC LIMIT {limit}",
        columns=_COLUMNS,
        matches=_matches(query, window),
        limit=limit,
    )


def of_trace(trace_id: str) -> Sql:
    """Every span of one trace, by start."""
    return compose(
        "SELECT {columns}\nFROM spans\nWHERE trace_id = {trace_id}\nORDER BY start_time",
        columns=_COLUMNS,
        trace_id=trace_id,
    )


def counted_of_trace(trace_id: str) -> Sql:
    """The number of spans of a trace."""
    return compose("SELECT count(*) AS n FROM spans WHERE trace_id = {trace_id}", trace_id=trace_id)


def counted_traces(query: SpanQuery, window: Window) -> Sql:
    """The number of traces that hold a match."""
    return compose("SELECT count(DISTINCT trace_id) AS n FROM spans\nWHERE {matches}", matches=_matches(query, window))


def ids_that_start_with(prefix: str, limit: int) -> Sql:
    """Trace ids with that beginning."""
    return compose(
        "SELECT DISTINCT trace_id FROM spans WHERE starts_with(trace_id, {prefix}) LIMIT {limit}",
        prefix=prefix,
        limit=limit,
    )


def traces(query: SpanQuery, window: Window, limit: int) -> Sql:
    """One row for each trace that holds a match, newest first; its name is that of its first span."""
    return compose(
        """
        {summary}
        WHERE trace_id IN (
          SELECT trace_id FROM spans
          WHERE {matches}
          GROUP BY trace_id ORDER BY min(start_time) DESC LIMIT {limit})
        GROUP BY trace_id ORDER BY min(start_time) DESC
        """,
        summary=_SUMMARY,
        matches=_matches(query, window),
        limit=limit,
    )


def slowest_traces(query: SpanQuery, window: Window, limit: int) -> Sql:
    """One row for each trace that holds a match, those with an error first, among them the slowest first."""
    return compose(
        """
        {summary}
        WHERE trace_id IN (SELECT trace_id FROM spans WHERE {matches})
        GROUP BY trace_id ORDER BY errors > 0 DESC, duration_s DESC LIMIT {limit}
        """,
        summary=_SUMMARY,
        matches=_matches(query, window),
        limit=limit,
    )


def _matches(query: SpanQuery, window: Window) -> Sql:
    events = [_has_event(query.event)] if query.event else []
    own = all_of([within("start_time", window), *_conditions(query), *events])
    if query.under is None:
        return own
    return all_of([own, _below(own, query.under, window)])


def _conditions(query: SpanQuery) -> list[Sql]:
    exact = {
        "service": query.service,
        "name": query.name,
        "kind": query.kind,
        "status": query.status,
        "status_message": query.status_message,
        "trace_id": query.trace_id,
    }
    conditions = [compose(f"{column} = {{value}}", value=value) for column, value in exact.items() if value is not None]
    if query.longer_than_s is not None:
        conditions.append(compose("duration_s > {s}", s=query.longer_than_s))
    if query.shorter_than_s is not None:
        conditions.append(compose("duration_s < {s}", s=query.shorter_than_s))
    return conditions + matching(query.where)


def _has_event(event: EventQuery) -> Sql:
    of_event = [compose("e.name = {name}", name=event.name)]
    of_event += [compose("e.attributes[{key}] = {value}", key=key, value=value) for key, value in event.where.items()]
    return compose(
        "len(list_filter(from_json(events, {shape}), lambda e: {of_event})) > 0",
        shape='[{"name": "VARCHAR", "attributes": "MAP(VARCHAR, VARCHAR)"}]',
        of_event=all_of(of_event),
    )


def _below(own: Sql, ancestor: SpanQuery, window: Window) -> Sql:
    """Climb from each match, parent by parent, and keep those that pass by `ancestor`."""
    return compose(
        """
        span_id IN (
            WITH RECURSIVE matched AS MATERIALIZED (
              SELECT span_id, trace_id, parent_span_id FROM spans
              WHERE {own}
            ), family AS MATERIALIZED (
              SELECT * EXCLUDE (events, links, attribute_types, scope, resource_id) FROM spans
              WHERE start_time >= {earliest} AND start_time < {end}
                AND trace_id IN (SELECT trace_id FROM matched)
            ), climb AS (
              SELECT span_id AS origin, trace_id, parent_span_id AS above FROM matched
              UNION ALL
              SELECT origin, trace_id, parent_span_id FROM climb JOIN family USING (trace_id)
              WHERE family.span_id = above
            )
            SELECT origin FROM climb JOIN family USING (trace_id)
            WHERE family.span_id = above AND {ancestor})
        """,
        earliest=window.start - _ANCESTRY,
        end=window.end,
        own=own,
        ancestor=all_of([*_conditions(ancestor), *_deeper(ancestor, window)]),
    )


def _deeper(ancestor: SpanQuery, window: Window) -> list[Sql]:
    if ancestor.under is None:
        return []
    own = all_of([compose("start_time >= {earliest}", earliest=window.start - _ANCESTRY), *_conditions(ancestor)])
    return [_below(own, ancestor.under, window)]
