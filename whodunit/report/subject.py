"""What a report is about: its times, its telemetry, and what is known beside the telemetry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from whodunit.incident.loader import Case
from whodunit.incident.truth import Truth
from whodunit.report.evidence import Evidence
from whodunit.report.objectives import Outside
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what, and how it is known."""

    time: datetime
    what: str
    evidence: Evidence | None = None


@dataclass(frozen=True)
class Shown:
    """A check and what the telemetry showed of it."""

    title: str
    held: bool
    evidence: Evidence


@dataclass(frozen=True)
class Fired:
    """An alert that fired: since when its condition held, and when it was over; None where that is not known."""

    name: str
    severity: str
    service: str
    summary: str
    since: datetime | None
    fired: datetime
    ended: datetime | None
    evidence: Evidence


@dataclass(frozen=True)
class Call:
    """A call about an alert: whom it woke, when, and when it was acknowledged."""

    alert: str
    wakes: str
    called: datetime
    acknowledged: datetime | None


@dataclass(frozen=True)
class Recovered:
    """When all was well again, and the checks that showed it."""

    time: datetime
    checks: Sequence[Shown]


@dataclass(frozen=True)
class Tried:
    """A mitigation that was put in force: when, what, and what came of it."""

    time: datetime
    what: str
    outcome: str


@dataclass(frozen=True)
class Other:
    """Another cause of the same face, and what contradicts it here: nothing, where it cannot be ruled out."""

    name: str
    against: Sequence[Shown]


@dataclass(frozen=True)
class Known:
    """A case that is known to have happened: for reports that may name it.

    `symptoms` are its own symptoms and marks, `healthy` what was to stay as it was, `others` the other causes.
    """

    case: Case
    truth: Truth
    symptoms: Sequence[Shown] = ()
    healthy: Sequence[Shown] = ()
    others: Sequence[Other] = ()


@dataclass(frozen=True)
class Subject:
    """One incident.

    `before` is the time to compare with; `trouble` begins with the onset and ends with the first thing that was done
    about it, or with the time reported. `is_onset_known` is False where the onset is the first deviation.
    `calls` and `audit` are None where nobody kept them. While `sealed`, nothing but telemetry is told. `path` is how a
    finished mystery was played, as its revelation has it. `objectives` are those of `whole`, where the trouble
    was found by them.
    """

    title: str
    complaint: str
    source: str
    telemetry: Telemetry
    before: Window
    trouble: Window
    whole: Window
    is_onset_known: bool = True
    sealed: bool = False
    known: Known | None = None
    alerts: Sequence[Fired] = ()
    calls: Sequence[Call] | None = None
    audit: Json | None = None
    switched: Sequence[Moment] = ()
    tried: Sequence[Tried] = ()
    recovered: Recovered | None = None
    path: Json | None = None
    objectives: Sequence[Outside] | None = None
