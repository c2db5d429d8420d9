"""Whether a mitigation ended the symptoms while the cause was still there."""

from datetime import UTC, datetime, timedelta

from whodunit.mystery.looking import seen
from whodunit.mystery.plan import Mitigation
from whodunit.scenario.evidence import AnyCheck
from whodunit.scenario.model import Scenario
from whodunit.scenario.observation import look
from whodunit.scenario.phases import Settled
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

SYMPTOMS_WITHIN_S = 60.0
"""So long after the onset every incident shows itself; until then health proves nothing, unless a symptom was seen."""


class Healing:
    """Looks at the one mitigation in force, again and again."""

    def __init__(self, telemetry: Telemetry, scenario: Scenario, onset_s: float) -> None:
        self._telemetry = telemetry
        self._scenario = scenario
        self._onset = datetime.fromtimestamp(onset_s, UTC)
        self._judged: Mitigation | None = None
        self._earliest = self._onset
        self._well_since: datetime | None = None

    def look(self, mitigation: Mitigation, now: datetime) -> bool:
        """Whether the symptoms were there, and have been gone for long enough."""
        section = self._section(mitigation.flag)
        if mitigation != self._judged:
            self._judged, self._well_since = mitigation, None
            self._earliest = self._from_when(mitigation)
        is_well = all(self._holds(check, now) for check in section.checks)
        if now < self._earliest or not is_well:
            self._well_since = None
            return False
        self._well_since = self._well_since or now
        return (now - self._well_since).total_seconds() >= max(section.sustained, self._period_s)

    def _from_when(self, mitigation: Mitigation) -> datetime:
        applied = datetime.fromtimestamp(mitigation.applied_s, UTC)
        before = Window(self._onset, max(applied, self._onset))
        if any(seen(self._telemetry, check, before) for check in self._scenario.expect.checks):
            return applied
        return max(applied, self._onset + timedelta(seconds=SYMPTOMS_WITHIN_S))

    def _holds(self, check: AnyCheck, now: datetime) -> bool:
        return look(self._telemetry, check, now, None).held

    @property
    def _period_s(self) -> float:
        """What comes and goes is over when it did not come again."""
        return max((fault.schedule.every for fault in self._scenario.flags if fault.schedule), default=0.0)

    def _section(self, flag: str) -> Settled:
        """What shows that it works: the incident's own checks of that remedy, or those of its recovery."""
        listed: list[Settled] = [remedy for remedy in self._scenario.remedies if remedy.flag == flag]
        return listed[0] if listed else self._scenario.recover or Settled()
