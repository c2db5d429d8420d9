"""The window of time that a page shows, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from whodunit.desk.source import Source
from whodunit.durations import typed_duration_s
from whodunit.errors import WrongUseError
from whodunit.moments import exact
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import USUAL
from whodunit.views.clock_time import to_the_second

CHOICES = ("1m", "5m", "15m", "1h", "6h")
LONGEST_S = 28 * 86_400.0


@dataclass(frozen=True)
class Times:
    """A window, and the words for it.

    `last` is its length as typed, None for all of a replay and for a window between two moments. `is_live`: it ends now
    and moves.
    """

    window: Window
    last: str | None
    is_live: bool
    words: str
    parameters: Mapping[str, str]
    """What an address needs to say it again."""

    @property
    def options(self) -> list[str]:
        """The options of a command that looks at it."""
        if "from" in self.parameters:
            return ["--from", self.parameters["from"], "--until", self.parameters["until"]]
        return ["--last", self.last] if self.last else []


def read(asked: Mapping[str, str], source: Source) -> Times:
    """The window that `last`, or `from` and `until`, ask for; raises WrongUseError."""
    if "from" in asked or "until" in asked:
        return _between(asked, source)
    last = asked.get("last", "")
    if not last and source.recorded:
        return Times(source.recorded, None, False, "the recording", {})
    seconds = _seconds(last or USUAL)
    end = source.now()
    window = Window(end - timedelta(seconds=seconds), end)
    words = f"the last {last or USUAL}"
    return Times(window, last or USUAL, source.recorded is None, words, {"last": last} if last else {})


def _between(asked: Mapping[str, str], source: Source) -> Times:
    start, end = (exact(asked[name]) if asked.get(name) else None for name in ("from", "until"))
    end = end or source.now()
    if start is None:
        raise WrongUseError("until needs from.", "Such as from=2026-11-21T14:00:00Z&until=2026-11-21T14:05:00Z")
    if not 0 < (end - start).total_seconds() <= LONGEST_S:
        raise WrongUseError("until is not after from, or four weeks and more after it.", "Exchange or shorten them.")
    said = {"from": start.isoformat(), "until": end.isoformat()}
    return Times(Window(start, end), None, False, f"{to_the_second(start)} to {to_the_second(end)}", said)


def _seconds(last: str) -> float:
    seconds = typed_duration_s(last, f"There are: {', '.join(CHOICES)}, and any such length", "last")
    if not 0 < seconds <= LONGEST_S:
        raise WrongUseError(f"last={last} is not between nothing and four weeks.", f"Such as {', '.join(CHOICES)}")
    return seconds
