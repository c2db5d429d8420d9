"""Durations as people write them: `750ms`, `10s`, `1m30s`, `2h`."""

import re

from whodunit.errors import WrongUseError

LONGEST_DAYS = 36_500
"""A century; what is longer leads from moments of telemetry to none that the calendar has."""

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|[dhms])")


class DurationError(ValueError):
    """The text is not a duration, or a longer one than is taken; the message shows what would be."""


def parse_duration_s(text: str) -> float:
    """Seconds in a duration such as `10s`, `1m30s` or `750ms`; every number needs its unit.

    Raises `DurationError`, a `ValueError`, for anything else, and for more than a century.
    """
    compact = text.strip()
    parts = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise DurationError(f"{text!r} is not a duration; write it like 750ms, 10s, 1m30s or 2h")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > LONGEST_DAYS * _UNITS["d"]:
        raise DurationError(f"{text!r} is longer than {LONGEST_DAYS}d")
    return seconds


def typed_duration_s(text: str, example: str, name: str = "") -> float:
    """Seconds in a duration that somebody typed.

    Raises WrongUseError, which begins with the name of what the duration is for and ends with the example.
    """
    try:
        return parse_duration_s(text)
    except DurationError as error:
        raise WrongUseError(f"{name}: {error}." if name else f"{error}.", example) from error


def format_duration(seconds: float) -> str:
    """A duration to three significant digits: 0.00085 is `850µs`, 1.5 is `1.50s`, 90 is `1m30s`."""
    if seconds < 0:
        return f"-{format_duration(-seconds)}"
    minutes, rest = divmod(round(seconds, 1), _UNITS["m"])
    if minutes:
        hours, minutes = divmod(int(minutes), 60)
        return f"{hours}h{minutes:02d}m" if hours else f"{minutes}m{int(rest):02d}s"
    for unit in ("s", "ms"):
        if seconds >= 0.9995 * _UNITS[unit]:
            return f"{seconds / _UNITS[unit]:#.3g}".removesuffix(".") + unit
    return f"{round(seconds / _UNITS['us'])}µs" if seconds else "0s"
