"""The service map in SQL: each call as its caller saw it.

A call is a client span. The callee is the service that answered it; without an answer, the peer that the
span names (an external peer without telemetry, or a service that was away); for a database, its system and
its name. What enters the shop are server spans whose caller is not in the store.
"""

from datetime import datetime, timedelta

from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.sql import Sql, compose, within

_LATE = timedelta(seconds=10)
"""A caller ends after its callee and exports later still: until then a callee that names it is no entry."""


_WAIT = "connect"
"""The span of a caller that waits for a connection to its database, from its pool or a new one."""


def statement(window: Window) -> Sql:
    """Columns: caller, callee, kind, calls, errors, p95_s, waiting_ratio, calls_per_s; busiest first in each caller."""
    return compose(
        """
        WITH answers AS (
          SELECT trace_id, parent_span_id, service, status, duration_s, start_time FROM spans
          WHERE kind IN ('server', 'consumer') AND {served}
        ), calls AS (
          SELECT span.service AS caller,
            coalesce(answer.service, span.attributes['service.peer.name'], concat_ws(' ',
              span.attributes['db.system.name'], span.attributes['db.namespace'])) AS callee,
            CASE WHEN span.attributes['db.system.name'] IS NOT NULL THEN 'database'
              WHEN answer.service IS NULL THEN 'peer' ELSE 'service' END AS kind,
            span.status, span.duration_s, span.start_time,
            span.attributes['db.system.name'] IS NOT NULL AND span.name = {wait} AS waits
          FROM spans AS span LEFT JOIN answers AS answer
            ON answer.trace_id = span.trace_id AND answer.parent_span_id = span.span_id
          WHERE span.kind IN ('client', 'producer') AND {called}
        ), entries AS (
          SELECT CAST(NULL AS VARCHAR) AS caller, service AS callee, 'service' AS kind, status, duration_s, start_time,
            false AS waits
          FROM answers ANTI JOIN spans AS caller
            ON caller.trace_id = answers.trace_id AND caller.span_id = answers.parent_span_id
          WHERE answers.parent_span_id IS NULL
            OR epoch(answers.start_time) + answers.duration_s < epoch({settled})
        ), every AS (
          FROM calls WHERE callee <> '' UNION ALL FROM entries
        )
        SELECT caller, callee, min_by(kind, kind = 'peer') AS kind, count(*) AS calls,
          count(*) FILTER (status = 'error') AS errors, quantile_cont(duration_s, 0.95) AS p95_s,
          coalesce(sum(duration_s) FILTER (waits) / nullif(sum(duration_s), 0), 0) AS waiting_ratio,
          count(*) / greatest(1, epoch({end}) - epoch(greatest({start}, (SELECT min(start_time) FROM every))))
            AS calls_per_s
        FROM every GROUP BY caller, callee ORDER BY caller NULLS FIRST, calls DESC, callee
        """,
        served=within("start_time", window),
        called=within("span.start_time", window),
        settled=window.end - _LATE,
        start=window.start,
        wait=_WAIT,
        end=window.end,
    )


def heard(until: datetime) -> Sql:
    """Columns: service, heard; when each service was last heard before then, by any signal."""
    return compose(
        """
        SELECT service, max(time) AS heard FROM (
          SELECT service, time FROM metrics UNION ALL SELECT service, time FROM logs
          UNION ALL SELECT service, start_time FROM spans
        ) WHERE time < {until} GROUP BY service
        """,
        until=until,
    )
