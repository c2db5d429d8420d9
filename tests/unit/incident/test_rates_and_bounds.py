"""Rates, bounds and deadlines of every case, as the golden file has them: a change of one needs a measured reason.

`python -m tests.unit.incident.test_rates_and_bounds` writes the file anew; the reason stands in the same commit.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from whodunit.incident import catalogue
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import UnchangedMetric
from whodunit.incident.model import Scenario
from whodunit.incident.phases import Expected, Settled

GOLDEN = Path(__file__).with_name("golden") / "rates_and_bounds.txt"
BOUNDS = ("p", "longer_than", "shorter_than", "above", "below", "at_least", "at_most", "window", "within", "floor")


def test_they_are_those_of_the_golden_file() -> None:
    assert rendered() == GOLDEN.read_text(), f"for a measured reason: python -m {__name__}"


def rendered() -> str:
    """One line for each load and each check."""
    return "".join(f"{case.name} {line}\n" for case in catalogue.cases() for line in lines(case))


def lines(case: Case) -> Iterator[str]:
    """Of one case, in the order of its file."""
    scenario = case.scenario
    yield f"load {numbers(scenario.load.rates.model_dump(exclude_defaults=True))}"
    yield f"rush {numbers(scenario.load.rush_rates.model_dump(exclude_defaults=True))}"
    for section, checks in sections(scenario):
        yield from (f"{section} {bounds(check)}" for check in checks)


def sections(scenario: Scenario) -> Iterator[tuple[str, Sequence[AnyCheck | UnchangedMetric]]]:
    """Each section with its own deadline."""
    yield timed("steady", scenario.steady), scenario.steady.checks
    yield timed("expect", scenario.expect), scenario.expect.checks
    yield "tells", scenario.tells.checks
    yield "quiet", scenario.quiet.checks
    yield "unchanged", scenario.unchanged.metrics
    for remedy in scenario.remedies:
        yield timed(remedy.flag, remedy), remedy.checks
    if scenario.recover:
        yield timed("recover", scenario.recover), scenario.recover.checks


def timed(name: str, section: Settled | Expected) -> str:
    """The section's name and its times."""
    return f"{name}({numbers(section.model_dump(include={'within', 'sustained'}))})"


def bounds(check: AnyCheck | UnchangedMetric) -> str:
    """The check's id and what decides it."""
    return f"{check.id} {numbers(check.model_dump(include=set(BOUNDS), exclude_none=True))}"


def numbers(values: dict[str, float]) -> str:
    """`name=number`, in the order of the model."""
    return " ".join(f"{name}={value:g}" for name, value in values.items())


if __name__ == "__main__":
    GOLDEN.write_text(rendered())
