"""Moments as people read them: on the local clock."""

from datetime import datetime


def to_the_second(moment: datetime) -> str:
    """Such as `14:03:07`."""
    return f"{moment.astimezone():%H:%M:%S}"


def to_the_millisecond(moment: datetime) -> str:
    """Such as `14:03:07.123`."""
    return f"{moment.astimezone():%H:%M:%S.%f}"[:-3]


def with_date(moment: datetime) -> str:
    """Such as `2026-11-21 14:03:07`."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
