"""The shop that tools ask: its telemetry, its lab, its clock, and the query languages that it understands."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from mcp.server.mcpserver.exceptions import ToolError

from whodunit.durations import parse_duration_s
from whodunit.errors import LabError, WrongUseError
from whodunit.lab.client import LabClient
from whodunit.lab.target import Target
from whodunit.mcp.moments import moment
from whodunit.telemetry.languages import Languages
from whodunit.telemetry.port import RefusedQueryError, Telemetry, TelemetryError
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import USUAL, typed_window
from whodunit.views.desk import recorded

LONGEST = timedelta(days=1)
_LOOK_BACK = timedelta(seconds=parse_duration_s(USUAL))


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Source:
    """One shop, or one recorded run: `recorded` is the time that it covers, and it stands still at its end."""

    telemetry: Telemetry
    lab: LabClient
    mode: str = "lite"
    languages: Languages = field(default_factory=dict)
    recorded: Window | None = None
    title: str = ""
    clock: Callable[[], datetime] = _utc_now

    @property
    def now(self) -> datetime:
        """The moment from which `-5m` counts."""
        return self.recorded.end if self.recorded else self.clock()

    def window(self, start: str | None, end: str | None, now: datetime) -> Window:
        """The window between two moments as they were written `now`, of a replay all of it; raises WrongUseError."""
        until = moment(end, now) if end else now
        usual = self.recorded.start if self.recorded and self.recorded.start < until else until - _LOOK_BACK
        return _checked(Window(moment(start, now) if start else usual, until))


Asked = Callable[[], AbstractContextManager[Source]]
"""Opens what a tool asks; a refusal inside becomes an answer that an assistant can act on."""


def asking(find: Callable[[], AbstractContextManager[Source]]) -> Asked:
    """What tools ask, found anew for each answer: a shop may have been started again meanwhile."""

    @contextmanager
    def asked() -> Iterator[Source]:
        with _told(), find() as source:
            yield source

    return asked


class Shops:
    """The shop that `find` finds now; what its telemetry is asked through is kept for as long as its lab lives."""

    def __init__(self, find: Callable[[], Target]) -> None:
        self._find = find
        self._asked = lru_cache(maxsize=1)(self._asked_at)

    @contextmanager
    def open(self) -> Iterator[Source]:
        """Raises LabError when it does not run."""
        with self._find().lab() as lab:
            status = lab.status()
            telemetry, spoken = self._asked(status["lab"]["url"], status["lab"]["pid"])
            yield Source(telemetry, lab, status["mode"], spoken, recorded(status), status.get("title", ""))

    def _asked_at(self, _url: str, _pid: int | None) -> tuple[Telemetry, Languages]:
        target = self._find()
        return target.telemetry(), target.languages()


def interval(text: str, now: datetime) -> Window:
    """A window written START..END; raises WrongUseError."""
    return _checked(typed_window(text, lambda said: moment(said, now), "Write START..END, such as -10m..-5m"))


def _checked(window: Window) -> Window:
    if not timedelta() < window.end - window.start <= LONGEST:
        wrong = "ends before it begins" if window.end <= window.start else "is longer than a day"
        raise WrongUseError(f"The window {wrong}.", "Such as start=-10m end=-5m; left out, it ends now")
    return window


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except LabError as error:
        raise ToolError(f"{error.message} {error.hint}") from error
    except RefusedQueryError as error:
        raise ToolError(f"The query is refused: {error}") from error
    except TelemetryError as error:
        raise ToolError(f"{error} Is the shop up? whodunit status") from error
