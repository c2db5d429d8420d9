"""The life of an alert: inactive, pending, firing, as Prometheus has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """The state of an alert."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


@dataclass
class Life:
    """One alert over time. It fires once its condition has held for `alert_after_s`.

    It ends `keep_firing_for_s` after the condition was first seen not to hold.
    """

    alert_after_s: float
    keep_firing_for_s: float
    state: State = State.INACTIVE
    since: datetime | None = None
    missing_since: datetime | None = None

    def update(self, now: datetime, *, holds: bool) -> None:
        """Takes over that the condition holds at `now`, or not."""
        if holds:
            self._hold(now)
        elif self.state is not State.FIRING or self._is_over(now):
            self.state, self.since = State.INACTIVE, None

    def _hold(self, now: datetime) -> None:
        self.missing_since = None
        self.since = self.since or now
        if now - self.since >= timedelta(seconds=self.alert_after_s):
            self.state = State.FIRING
        elif self.state is State.INACTIVE:
            self.state = State.PENDING

    def _is_over(self, now: datetime) -> bool:
        self.missing_since = self.missing_since or now
        return now - self.missing_since >= timedelta(seconds=self.keep_firing_for_s)
