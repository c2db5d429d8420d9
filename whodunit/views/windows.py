"""Windows of time as they are typed: `14:03..14:05`, `-10m..-5m`, the last so long, or around a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from whodunit.errors import WrongUseError
from whodunit.moments import at_time
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import SEPARATOR, USUAL, forwards, typed_window
from whodunit.views.options import seconds

FORMS = "Write a window like 14:03..14:05, 14:03:20..14:04 or -10m..-5m; an end may be now"
NEAR = "1m"
"""So much before and after a moment is around it, unless told otherwise."""


@dataclass(frozen=True)
class Period:
    """The time that a view is to show, as it was typed: all that is None was left out."""

    last: str | None = None
    since: str | None = None
    until: str | None = None
    around: str | None = None

    @property
    def is_open(self) -> bool:
        """True if nothing was typed."""
        return self == Period()

    @property
    def ends_now(self) -> bool:
        """True if it moves with the clock."""
        return self.since is None and self.until is None and self.around is None

    def window(self, now: datetime) -> Window:
        """The window; raises WrongUseError."""
        if self.around is not None:
            self._alone()
            middle, side = at_time(self.around, now), timedelta(seconds=seconds(self.last or NEAR))
            return Window(middle - side, middle + side)
        if self.since is None:
            end = at_time(self.until or "now", now)
            return Window(end - timedelta(seconds=seconds(self.last or USUAL)), end)
        start = at_time(self.since, now)
        if self.last is not None:
            if self.until is not None:
                raise WrongUseError("--from, --until and --last are one too many.", "Leave out one of them")
            return Window(start, start + timedelta(seconds=seconds(self.last)))
        return forwards(Window(start, at_time(self.until or "now", now)), f"--from {self.since}", FORMS)

    def words(self) -> str:
        """Such as "in the last 15m"."""
        if self.around is not None:
            return f"within {self.last or NEAR} of {self.around}"
        if self.since is not None:
            return f"from {self.since} " + (f"for {self.last}" if self.last else f"until {self.until or 'now'}")
        return f"in the last {self.last or USUAL}" + (f" before {self.until}" if self.until else "")

    def _alone(self) -> None:
        if self.since is not None or self.until is not None:
            raise WrongUseError(
                "--around has a beginning and an end of its own.", "Leave out --from and --until; --last says how near"
            )


def is_window(text: str) -> bool:
    """True if the text is meant as a window."""
    return SEPARATOR in text.replace("../", "").replace("..\\", "")


def window(text: str, now: datetime) -> Window:
    """The window; raises WrongUseError with the accepted forms."""
    return typed_window(text, lambda said: at_time(said, now), FORMS)


def around(text: str, length: str | None, now: datetime) -> tuple[Window, Window]:
    """The windows before and after a moment, each of that length, or of all the time since; raises WrongUseError."""
    middle = at_time(text, now)
    if middle >= now:
        raise WrongUseError(f"{text} is not over yet: nothing comes after it.", "Name a moment of the past")
    long = timedelta(seconds=seconds(length)) if length else min(now - middle, timedelta(minutes=15))
    return Window(middle - long, middle), Window(middle, min(now, middle + long))
