"""Conditions as an address says them: attributes, durations, severities."""

from collections.abc import Sequence

from whodunit.durations import DurationError, parse_duration_s
from whodunit.errors import WrongUseError
from whodunit.telemetry.questions import SEVERITIES

SEVERITY_NAMES = tuple(name.lower() for name in SEVERITIES)


def read(pairs: Sequence[str]) -> dict[str, str]:
    """`key=value` pairs; raises WrongUseError."""
    for pair in pairs:
        if "=" not in pair:
            raise WrongUseError(f"where={pair}: there is no value.", "Write key=value, such as http.route=/checkout")
    return dict(pair.split("=", 1) for pair in pairs)


def seconds(name: str, text: str) -> float | None:
    """A duration, None when it is empty; raises WrongUseError."""
    try:
        return parse_duration_s(text) if text else None
    except DurationError as error:
        raise WrongUseError(f"{name}: {error}.", f"Such as {name}=750ms") from error


def severity(text: str) -> str | None:
    """A severity in any case, None when it is empty; raises WrongUseError."""
    if not text:
        return None
    name = "WARN" if text.upper() == "WARNING" else text.upper()
    if name not in SEVERITIES:
        raise WrongUseError(f"There is no severity {text}.", f"There are: {', '.join(SEVERITY_NAMES)}")
    return name
