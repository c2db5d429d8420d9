"""Reads moments as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta

from whodunit.durations import DurationError, parse_duration_s
from whodunit.errors import WrongUseError

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""No telemetry is older or newer; any duration before and after leads to a moment that the calendar has."""

CLOCKS_DIFFER = timedelta(hours=1)
FORMS = "Write it like 14:03, 14:03:20, 2:03 pm, 03:00 UTC, 14:03:20+01:00 or 2026-11-21T14:03:20+01:00"
BEFORE = "Write it like -5m, -90s or -1h30m"
EXACT = "Write RFC 3339 with its offset, such as 2026-11-21T14:03:20Z"

_WRITTEN = re.compile(
    r"""(?:(?P<day>\d{4}-\d\d-\d\d)(?:T|\s+))?
    (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d(?:[.,]\d+)?))?
    \s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?""",
    re.VERBOSE | re.IGNORECASE,
)


def moment(text: str, now: datetime | None = None) -> datetime:
    """A time of day, the last time it was so late, or a moment with its date; without a zone in this machine's.

    Raises WrongUseError with the accepted forms.
    """
    said = _WRITTEN.fullmatch(text.strip())
    try:
        if said is None:
            return _of_telemetry(_aware(datetime.fromisoformat(text.strip())), text, FORMS)
        clock = _clock(said)
        if said["day"]:
            day = date.fromisoformat(said["day"])
            return _of_telemetry(_aware(datetime.combine(day, clock)), text, FORMS)
    except (ValueError, OverflowError) as error:
        raise WrongUseError(f"{text!r} is not a moment.", FORMS) from error
    return _last(clock, now or datetime.now().astimezone())


def coming(text: str, now: datetime | None = None) -> datetime:
    """A time of day, the next time it is so late, or a moment with its date; raises WrongUseError."""
    at = now or datetime.now().astimezone()
    found = moment(text, at)
    return found if found > at or _has_date(text) else found + timedelta(days=1)


def exact(text: str) -> datetime:
    """A moment with its date and its offset, in UTC; raises WrongUseError with the accepted form."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongUseError(f"{text!r} is not a moment.", EXACT) from error
    if found.tzinfo is None:
        raise WrongUseError(f"{text!r} has no offset from UTC.", EXACT)
    return _of_telemetry(found, text, EXACT).astimezone(UTC)


def before(text: str, now: datetime) -> datetime | None:
    """The moment that `now` (or nothing) is, or `-5m` before it; None of other text. Raises WrongUseError."""
    said = text.strip()
    if said in {"now", ""}:
        return now
    if not said.startswith("-"):
        return None
    try:
        return now - timedelta(seconds=parse_duration_s(said[1:]))
    except DurationError as error:
        raise WrongUseError(f"{text!r} is not a time before now.", BEFORE) from error


def at_time(text: str, now: datetime) -> datetime:
    """A moment: `now`, `-5m` before now, or as `moment` reads it; raises WrongUseError."""
    return before(text, now) or moment(text, now)


def _has_date(text: str) -> bool:
    said = _WRITTEN.fullmatch(text.strip())
    return said is None or said["day"] is not None


def _clock(said: re.Match[str]) -> time:
    hour, zone = int(said["hour"]), said["zone"] or ""
    if said["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(said["half"])
        hour = hour % 12 + 12 * said["half"].lower().startswith("p")
    zone = "Z" if zone.isalpha() else zone
    return time.fromisoformat(f"{hour:02d}:{said['minute']}:{said['second'] or '00'}{zone}")


def _aware(found: datetime) -> datetime:
    return found if found.tzinfo else found.astimezone()


def _of_telemetry(found: datetime, text: str, forms: str) -> datetime:
    if not EARLIEST <= found < LATEST:
        raise WrongUseError(f"{text!r} is a moment that no telemetry is of.", forms)
    return found


def _last(clock: time, now: datetime) -> datetime:
    zone = clock.tzinfo or now.tzinfo
    today = datetime.combine(now.astimezone(zone), clock, zone)
    return today if today <= now + CLOCKS_DIFFER else today - timedelta(days=1)
