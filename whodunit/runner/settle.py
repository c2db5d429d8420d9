"""Watching until all checks hold together, for a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from whodunit.incident.evidence import AnyCheck
from whodunit.incident.observation import Observation
from whodunit.incident.result import CheckResult
from whodunit.runner.watch import Eye


@dataclass
class AllHold:
    """All checks must hold together, without a break, for `sustained_s`."""

    eye: Eye
    checks: Sequence[AnyCheck]
    sustained_s: float
    latest: list[Observation] = field(default_factory=list)
    looked: datetime | None = None
    holding_since: datetime | None = None
    decided: set[str] = field(default_factory=set, init=False)

    @property
    def done(self) -> bool:
        """See `Watch`."""
        if self.looked is None or self.holding_since is None:
            return False
        return self.looked - self.holding_since >= timedelta(seconds=self.sustained_s)

    def look(self, now: datetime) -> None:
        """See `Watch`."""
        self.looked = now
        self.latest = [self.eye.at(check, now) for check in self.checks]
        if not all(seen.held for seen in self.latest):
            self.holding_since = None
        elif self.holding_since is None:
            self.holding_since = now

    def results(self) -> list[CheckResult]:
        """See `Watch`; a check that holds, but not for long enough, has not passed."""
        seconds = self.eye.seconds(self.looked) if self.looked else 0.0
        unsettled = all(seen.held for seen in self.latest) and not self.done
        return [seen.result(passed=seen.held and not unsettled, seconds=seconds) for seen in self.latest]
