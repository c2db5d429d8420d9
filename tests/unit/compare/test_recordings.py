"""In the recordings the component at fault is among the first that changed, and in health nothing is found."""

import pytest

from bench.comparing import FIRST, healthy, troubles
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.runs.recordings import is_kept

RECORDED = list(filter(is_kept, catalogue.cases()))
AT_FAULT = [case for case in RECORDED if load_truth(case).component]
NOT_AMONG_THE_FIRST: frozenset[str] = frozenset()
"""The cases that are allowed to fail, a tenth of all at most."""


@pytest.mark.parametrize("case", AT_FAULT, ids=lambda case: case.name)
def test_the_component_at_fault_is_among_the_first(case: Case) -> None:
    (told,) = troubles([case])
    assert told.is_among_first is (case.name not in NOT_AMONG_THE_FIRST), told.found.components[: FIRST + 1]


def test_nine_of_ten_are_enough() -> None:
    assert len(NOT_AMONG_THE_FIRST) <= len(AT_FAULT) / 10


def test_in_twenty_pairs_of_windows_of_health_there_is_one_finding_at_most() -> None:
    found = list(healthy(RECORDED))
    assert len(found) >= 20
    assert sum(len(each.found.findings) for each in found) <= len(found) / 20
