"""What to do about an empty answer, and the names that there are instead of one that is unknown."""

from collections.abc import Sequence
from difflib import get_close_matches

from whodunit.errors import WrongUseError
from whodunit.mcp.source import Source

_MOST_NAMES = 40


def known_service(source: Source, service: str | None) -> None:
    """Raises WrongUseError with the services that there are."""
    if service is not None:
        known = source.telemetry.service_names()
        if known and service not in known:
            raise WrongUseError(f"There is no service {service!r}.", f"There are: {', '.join(known)}.")


def unknown(what: str, name: str, known: Sequence[str]) -> WrongUseError:
    """The error for a name that does not exist, with those most like it, else with all."""
    if not known:
        return WrongUseError(f"There is no {what} in this window.", "Look further back with start")
    close = [each for each in known if name in each] or get_close_matches(name, known, n=8, cutoff=0.5)
    return WrongUseError(f"There is no {what} {name!r}.", f"There are: {', '.join((close or known)[:_MOST_NAMES])}.")


def empty(source: Source, what: str, *loosen: str) -> str:
    """The hint for an answer without rows; `loosen` are the conditions that were given."""
    known = source.telemetry.service_names()
    if not known:
        return "Nothing has reported yet."
    narrow = f"Loosen {', '.join(loosen)}, or look" if loosen else "Look"
    return f"No {what} in this window. {narrow} further back with start. Services: {', '.join(known)}."
