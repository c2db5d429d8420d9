"""The shop behind the pages: its telemetry and its lab, or those of a recorded run."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from whodunit.lab.client import LabClient
from whodunit.telemetry.languages import Languages
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Source:
    """Telemetry, the way to the lab, and the clock.

    `lab` opens a client, and raises LabError when no lab answers. `recorded` is the time that a replay covers: it
    stands still at the end of it, and holds nothing later. `title` is the name of what is replayed.
    `languages` are those in which the telemetry can be asked; it raises LabError, too.
    """

    telemetry: Telemetry
    lab: Callable[[], AbstractContextManager[LabClient]]
    recorded: Window | None = None
    title: str = ""
    clock: Callable[[], datetime] = _utc_now
    languages: Callable[[], Languages] = dict

    def now(self) -> datetime:
        """The moment that pages call now, in UTC."""
        return self.recorded.end if self.recorded else self.clock()
