"""Conditions of a search as people type them: attributes and severities."""

from collections.abc import Iterable

from whodunit.errors import WrongUseError
from whodunit.telemetry.questions import SEVERITIES

SEVERITY_NAMES = tuple(name.lower() for name in SEVERITIES)


def attributes(pairs: Iterable[str], option: str) -> dict[str, str]:
    """`key=value` pairs, typed behind `option`, such as `--where `; raises WrongUseError."""
    found = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator:
            raise WrongUseError(
                f"{option}{pair}: there is no value.", f"Write {option}key=value, such as {option}http.route=/checkout"
            )
        found[key] = value
    return found


def severity(text: str | None) -> str | None:
    """A severity in any case, None where none is typed; raises WrongUseError."""
    if not text:
        return None
    name = "WARN" if text.upper() == "WARNING" else text.upper()
    if name not in SEVERITIES:
        raise WrongUseError(f"There is no severity {text}.", f"There are: {', '.join(SEVERITY_NAMES)}")
    return name
