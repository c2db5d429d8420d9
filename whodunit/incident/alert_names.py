"""Finds alerts that a scenario names and the objectives do not have."""

from collections.abc import Iterator, Sequence

from whodunit.incident.evidence import Evidence
from whodunit.incident.flags import Mistake, unknown
from whodunit.incident.model import Cause, Scenario
from whodunit.strict_yaml.positions import Location


def mistakes(part: Scenario | Cause, known: Sequence[str]) -> Iterator[Mistake]:
    """The places at which a face or a cause names an unknown alert, each with the names that exist."""
    for place, section in _sections(part):
        for index, check in enumerate(section.alerts):
            if check.alert is not None and check.alert not in known:
                yield (*place, "alerts", index, "alert"), unknown("alert", check.alert, list(known))


def _sections(part: Scenario | Cause) -> Iterator[tuple[Location, Evidence]]:
    yield ("expect",), part.expect
    yield ("tells",), part.tells
    yield ("quiet",), part.quiet
    for index, remedy in enumerate(part.remedies):
        yield ("remedies", index), remedy
    if part.recover:
        yield ("recover",), part.recover
    if isinstance(part, Scenario):
        yield ("steady",), part.steady
