"""Finds alerts that a scenario names and the objectives do not have."""

from collections.abc import Iterator, Sequence

from whodunit.incident.evidence import Evidence
from whodunit.incident.flags import Mistake, unknown
from whodunit.incident.model import Scenario
from whodunit.strict_yaml.positions import Location


def mistakes(scenario: Scenario, known: Sequence[str]) -> Iterator[Mistake]:
    """The places at which a scenario names an unknown alert, each with the names that exist."""
    for place, section in _sections(scenario):
        for index, check in enumerate(section.alerts):
            if check.alert is not None and check.alert not in known:
                yield (*place, "alerts", index, "alert"), unknown("alert", check.alert, list(known))


def _sections(scenario: Scenario) -> Iterator[tuple[Location, Evidence]]:
    yield ("steady",), scenario.steady
    yield ("expect",), scenario.expect
    yield ("quiet",), scenario.quiet
    for index, remedy in enumerate(scenario.remedies):
        yield ("remedies", index), remedy
    for name, variant in scenario.variants.items():
        yield ("variants", name, "expect"), variant.expect
        yield ("variants", name, "quiet"), variant.quiet
        for index, remedy in enumerate(variant.remedies):
            yield ("variants", name, "remedies", index), remedy
    if scenario.recover:
        yield ("recover",), scenario.recover
