"""Moments as assistants write them: RFC 3339, or so long before now, such as `-5m`."""

from datetime import UTC, datetime, timedelta

from whodunit.durations import DurationError, parse_duration_s
from whodunit.errors import WrongUseError

FORMS = (
    "Write RFC 3339 with its offset, such as 2026-11-21T14:03:20Z, or a time before now, such as -5m or -90s; or now"
)


def moment(text: str, now: datetime) -> datetime:
    """The moment in UTC; raises WrongUseError with the accepted forms."""
    said = text.strip()
    try:
        if said == "now":
            return now
        if said.startswith("-"):
            return now - timedelta(seconds=parse_duration_s(said[1:]))
        read = datetime.fromisoformat(said)
    except (ValueError, DurationError, OverflowError) as error:
        raise WrongUseError(f"{text!r} is not a moment.", FORMS) from error
    if read.tzinfo is None:
        raise WrongUseError(f"{text!r} has no offset from UTC.", FORMS)
    return read.astimezone(UTC)


def duration_s(text: str) -> float:
    """Seconds in a duration such as `750ms`; raises WrongUseError."""
    try:
        return parse_duration_s(text)
    except DurationError as error:
        raise WrongUseError(f"{error}.", "Such as 750ms, 2s or 1m30s") from error


def rfc3339(moment: datetime) -> str:
    """The moment in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
