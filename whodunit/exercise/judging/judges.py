"""The judge of each step, by the step's name."""

from collections.abc import Callable, Mapping

from whodunit.exercise.evidence import Evidence
from whodunit.exercise.judging import (
    alerts,
    database_spans,
    durations,
    exporters,
    handover,
    pipeline,
    query_logs,
    repairs,
    server_spans,
)
from whodunit.exercise.judging.missing import Judge

JUDGES: Mapping[str, Judge] = {
    "server-spans": server_spans.judge,
    "database-spans": database_spans.judge,
    "durations": durations.judge,
    "query-logs": query_logs.judge,
    "exporters": exporters.judge,
    "slow-query": repairs.slow_query,
    "index": repairs.index,
    "query": repairs.query,
    "cache": repairs.cache,
    "thread": handover.thread,
    "queue": handover.queue,
    "links": handover.links,
    "joined-logs": handover.joined_logs,
    "fires": alerts.fires,
    "silent": alerts.silent,
    "symptom": alerts.symptom,
    "calm": alerts.calm,
    "says": alerts.says,
    "mask": pipeline.mask,
    "drop": pipeline.drop,
    "sample": pipeline.sample,
    "second": pipeline.second,
}

MEASURES: Mapping[str, Callable[[Evidence], str]] = {
    "index": repairs.plans,
    "query": repairs.statement_count,
    "cache": repairs.repeated,
    "fires": alerts.fired,
    "sample": pipeline.saved,
}
"""What a repair has saved so far, in one line; empty when nothing can be said."""
