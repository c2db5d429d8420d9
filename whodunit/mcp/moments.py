"""Moments and durations as assistants write them, and as they are told."""

from datetime import UTC, datetime

from whodunit.durations import typed_duration_s
from whodunit.moments import before, exact


def moment(text: str, now: datetime) -> datetime:
    """RFC 3339, `now`, or `-5m` before it, in UTC; raises WrongUseError with the accepted forms."""
    return before(text, now) or exact(text)


def duration_s(text: str) -> float:
    """Seconds in a duration such as `750ms`; raises WrongUseError."""
    return typed_duration_s(text, "Such as 750ms, 2s or 1m30s")


def rfc3339(moment: datetime) -> str:
    """The moment in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
