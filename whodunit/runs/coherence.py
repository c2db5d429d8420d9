"""Compares a service before and after the onset of a recorded run: nothing may differ but what the trigger changes.

The list of what is compared is closed. Statements, spans and peers are those of traces in which nothing of the service
failed: what an incident breaks, it may show in those that did. Lists of one statement may be of any length: a customer
has two orders or three.
"""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from whodunit.incident.model import Trigger
from whodunit.incident.truth import Reason
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recorded_store import RecordedStore


class Aspect(StrEnum):
    """What is compared."""

    VERSION = "service.version"
    RESOURCE = "resource attributes"
    LIMITS = "configured limits"
    STATEMENTS = "statements"
    STATEMENTS_PER_TRACE = "statements for each trace"
    SPAN_NAMES = "span names"
    PEERS = "peers"
    USE_TIME = "time for which connections are lent"
    LOG_TEMPLATES = "log lines below WARN"


MAY_DIFFER: Mapping[Trigger, frozenset[Aspect]] = {
    Trigger.RELEASE: frozenset(Aspect),
    Trigger.LOAD: frozenset(),
    Trigger.DATA: frozenset({Aspect.USE_TIME, Aspect.STATEMENTS_PER_TRACE}),
    Trigger.PEER: frozenset(),
    Trigger.NETWORK: frozenset({Aspect.PEERS}),
    Trigger.CLOCK: frozenset(),
    Trigger.SCHEDULE: frozenset({Aspect.STATEMENTS, Aspect.SPAN_NAMES, Aspect.USE_TIME, Aspect.LOG_TEMPLATES}),
    Trigger.FLAG: frozenset({Aspect.STATEMENTS_PER_TRACE, Aspect.LOG_TEMPLATES}),
    Trigger.SETTING: frozenset({Aspect.LIMITS}),
}
"""What each trigger changes at the service at fault; all else that differs tells another story."""

COMES_WITH: Mapping[Reason, frozenset[Aspect]] = {Reason.TOO_FEW_CORES: frozenset({Aspect.USE_TIME})}
"""What a cause changes by itself, whatever brings it out: a process that may not run gives nothing back meanwhile."""

OFTEN = 3
"""Something was there if it was seen so many times; one that was there before and in none of ENOUGH traces is gone."""

ENOUGH = 20
"""Traces, or measurements, without which nothing is compared: a service that fails every request has none."""

FACTOR, SHORTEST_S = 2.0, 0.005
OF_TRACES = frozenset({Aspect.STATEMENTS, Aspect.STATEMENTS_PER_TRACE, Aspect.SPAN_NAMES, Aspect.PEERS})

_SIGHTINGS = """
with well as (
  select trace_id from spans where service = $service group by trace_id having bool_and(status <> 'error')
), mine as (
  select * from spans semi join well using (trace_id)
  where service = $service and start_time >= $since and start_time < $until
), points as (
  select * from metrics where service = $service and time >= $since and time < $until
), processes as (
  select r.attributes, count(*) as spans from spans join resources as r using (resource_id)
  where spans.service = $service and start_time >= $since and start_time < $until group by 1
), described as (
  select unnest(map_entries(attributes)) as attribute, spans from processes
)
select if(attribute.key = 'service.version', 'VERSION', 'RESOURCE'), attribute.key || '=' || attribute.value,
    cast(sum(spans) as bigint) from described
  where attribute.key not in ('service.instance.id', 'process.pid') group by all
union all select 'LIMITS', name || '=' || value, count(*) from points where name like '%.max' group by 2
union all select 'STATEMENTS', regexp_replace(attributes['db.query.text'], 'IN \\([?$][^()]*\\)', 'IN (…)', 'g'),
  count(*) from mine where attributes['db.query.text'] is not null group by 2
union all select 'STATEMENTS_PER_TRACE', cast(count(distinct trace_id) as varchar), count(attributes['db.query.text'])
  from mine
union all select 'SPAN_NAMES', kind || ' ' || name, count(*) from mine group by 2
union all select 'PEERS', attributes['service.peer.name'], count(*) from mine
  where attributes['service.peer.name'] is not null group by 2
union all select 'USE_TIME', cast(sum(sum) as varchar), cast(sum(count) as bigint) from points
  where name = 'db.client.connection.use_time'
union all select 'LOG_TEMPLATES', regexp_replace(body, '[0-9]+', '#', 'g'), count(*) from logs
  where service = $service and time >= $since and time < $until and severity_number < 13 group by 2
"""


@dataclass
class _Sightings:
    """What was seen of a service in a stretch of time: how often each thing, and what each trace or loan took."""

    traces: int = 0
    loans: int = 0
    counts: dict[Aspect, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    means: dict[Aspect, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One aspect that the onset changed, in words."""

    aspect: Aspect
    message: str


def differences(run: RecordedRun, service: str, symptoms: frozenset[str] = frozenset()) -> list[Difference]:
    """How `service` differs before and after the onset; log lines and spans that are `symptoms` do not count.

    Raises WrongUseError when the recording cannot be read.
    """
    with closing(RecordedStore(run.folder)) as store:
        before = _sightings(store, service, run.start, run.onset)
        after = _sightings(store, service, run.onset, run.judged[-1])
    return [
        Difference(aspect, message) for aspect in Aspect if (message := _difference(aspect, before, after, symptoms))
    ]


def _sightings(store: RecordedStore, service: str, since: datetime, until: datetime) -> _Sightings:
    seen = _Sightings()
    stretch = [each.replace(tzinfo=None) for each in (since, until)]
    named = _SIGHTINGS.replace("$service", "$1").replace("$since", "$2").replace("$until", "$3")
    for name, what, count in store.sql(named, (service, *stretch)).rows:
        aspect = Aspect[name]
        if aspect is Aspect.STATEMENTS_PER_TRACE:
            seen.traces = int(what)
            seen.means[aspect] = count / max(1, seen.traces)
        elif aspect is Aspect.USE_TIME:
            seen.loans = count or 0
            seen.means[aspect] = float(what or 0) / max(1, seen.loans)
        else:
            seen.counts[aspect][what] = count
    return seen


def _difference(aspect: Aspect, before: _Sightings, after: _Sightings, symptoms: frozenset[str]) -> str:
    if aspect in OF_TRACES and min(before.traces, after.traces) < ENOUGH:
        return ""
    if aspect in before.means:
        return _of_means(aspect, before, after)
    return _of_sets(before.counts[aspect], after.counts[aspect], symptoms)


def _of_means(aspect: Aspect, before: _Sightings, after: _Sightings) -> str:
    if aspect is Aspect.USE_TIME and min(before.loans, after.loans) < ENOUGH:
        return ""
    low, high = sorted((before.means[aspect], after.means[aspect]))
    if high <= max(low * FACTOR, SHORTEST_S):
        return ""
    return f"{before.means[aspect]:.3g} → {after.means[aspect]:.3g}"


def _of_sets(before: Mapping[str, int], after: Mapping[str, int], symptoms: frozenset[str]) -> str:
    new = [f"+ {each}" for each, count in after.items() if count >= OFTEN and each not in before]
    gone = [f"- {each}" for each, count in before.items() if count >= ENOUGH and each not in after]
    return "; ".join(each for each in sorted([*new, *gone]) if each[2:] not in symptoms)
