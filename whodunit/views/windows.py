"""Windows of time as they are typed: `14:03..14:05`, `-10m..-5m`, or as long before a moment as after it."""

from datetime import datetime, timedelta

from whodunit.errors import WrongUseError
from whodunit.moments import moment
from whodunit.telemetry.questions import Window
from whodunit.views.options import seconds

FORMS = "Write a window like 14:03..14:05, 14:03:20..14:04 or -10m..-5m; an end may be now"
SEPARATOR = ".."


def is_window(text: str) -> bool:
    """True if the text is meant as a window."""
    return SEPARATOR in text.replace("../", "").replace("..\\", "")


def window(text: str, now: datetime) -> Window:
    """The window; raises WrongUseError with the accepted forms."""
    first, separator, last = text.partition(SEPARATOR)
    if not separator:
        raise WrongUseError(f"{text!r} is no window.", FORMS)
    found = Window(at_time(first, now), at_time(last, now))
    if found.seconds <= 0:
        raise WrongUseError(f"The window {text} ends before it begins.", FORMS)
    return found


def at_time(text: str, now: datetime) -> datetime:
    """A moment: `now`, `-5m` before now, or as `whodunit.moments` reads it; raises WrongUseError."""
    said = text.strip()
    if said in {"now", ""}:
        return now
    if said.startswith("-"):
        return now - timedelta(seconds=seconds(said[1:]))
    return moment(said, now)


def around(text: str, length: str | None, now: datetime) -> tuple[Window, Window]:
    """The windows before and after a moment, each of that length, or of all the time since; raises WrongUseError."""
    middle = at_time(text, now)
    if middle >= now:
        raise WrongUseError(f"{text} is not over yet: nothing comes after it.", "Name a moment of the past")
    long = timedelta(seconds=seconds(length)) if length else min(now - middle, timedelta(minutes=15))
    return Window(middle - long, middle), Window(middle, min(now, middle + long))
