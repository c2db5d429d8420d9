"""Detects that a mitigation has ended the symptoms while the cause is still there."""

from datetime import UTC, datetime, timedelta

from whodunit.incident.check import WINDOW_S
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.model import Scenario
from whodunit.incident.observation import evaluate
from whodunit.incident.phases import Settled
from whodunit.mystery.looking import seen
from whodunit.mystery.mitigations import offer
from whodunit.mystery.plan import Mitigation
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window

LATELY = timedelta(seconds=WINDOW_S)


class Healing:
    """Evaluates the one mitigation in force, again and again."""

    def __init__(self, telemetry: Telemetry, scenario: Scenario, onset_s: float) -> None:
        self._telemetry = telemetry
        self._scenario = scenario
        self._onset = datetime.fromtimestamp(onset_s, UTC)
        self._judged: Mitigation | None = None
        self._was_ill = False
        self._well_since: datetime | None = None

    def evaluate(self, mitigation: Mitigation, now: datetime) -> bool:
        """True if the symptoms were there, and have been gone for long enough."""
        section = self._section(mitigation)
        if mitigation != self._judged:
            self._judged, self._well_since = mitigation, None
            self._was_ill = self._was_ill or self._shows(self._onset, datetime.fromtimestamp(mitigation.applied_s, UTC))
        self._was_ill = self._was_ill or self._shows(now - LATELY, now)
        if not self._was_ill or not all(self._holds(check, now) for check in section.checks):
            self._well_since = None
            return False
        self._well_since = self._well_since or now
        return (now - self._well_since).total_seconds() >= max(section.sustained, self._period_s)

    def hides(self, mitigation: Mitigation) -> bool:
        """True if a mitigation that heals leaves the cause, as the incident's file says and its runs have shown."""
        flags = offer(mitigation.action, mitigation.service).flags
        effects = {remedy.effect for remedy in self._scenario.remedies if remedy.flag in flags}
        return "hides" in effects and "repairs" not in effects

    def _shows(self, since: datetime, until: datetime) -> bool:
        """True if a symptom was seen after the onset."""
        window = Window(max(since, self._onset), max(until, self._onset))
        return any(seen(self._telemetry, check, window) for check in self._scenario.expect.checks)

    def _holds(self, check: AnyCheck, now: datetime) -> bool:
        return evaluate(self._telemetry, check, now, None).held

    @property
    def _period_s(self) -> float:
        """The period of a fault that comes and goes, which is over when it did not come again."""
        return max((fault.schedule.every for fault in self._scenario.flags if fault.schedule), default=0.0)

    def _section(self, mitigation: Mitigation) -> Settled:
        """The checks that show that it works: the incident's for that remedy, or those of its recovery."""
        flags = offer(mitigation.action, mitigation.service).flags
        listed: list[Settled] = [each for each in self._scenario.remedies if each.heals and each.flag in flags]
        return listed[0] if listed else self._scenario.recover or Settled()
