"""OTLP counts nanoseconds since 1970, the tables microseconds."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(nanoseconds: int) -> int:
    """Nanoseconds as whole microseconds."""
    return nanoseconds // 1000


def now_us() -> int:
    """Microseconds since 1970, now."""
    return microseconds(time.time_ns())


def iso(nanoseconds: int) -> str:
    """ISO-8601 in UTC with microseconds, as the store writes every time."""
    moment = _EPOCH + timedelta(microseconds=microseconds(nanoseconds))
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
