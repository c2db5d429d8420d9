"""Each scenario, by each of its causes, proves every one of its symptoms, and its recovery, on the running shop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.lite.conftest import INCIDENTS, NAMES, SEALED

Json = dict[str, Any]

FIRST_EVIDENCE_WITHIN_S = 60.0
ALL_CLEAR_WITHIN_S = 60.0


def failures(verdict: Json) -> list[str]:
    """What did not hold, in words."""
    return [
        f"{phase['phase']}/{check['id']}: {check['observed']}"
        for phase in verdict["phases"]
        for check in phase["checks"]
        if not check["passed"]
    ]


def checks(verdict: Json, phase: str) -> Iterator[Json]:
    """The checks of one phase."""
    for each in verdict["phases"]:
        if each["phase"] == phase:
            yield from each["checks"]


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_every_phase_holds(name: str, verify: Callable[[str], Json]) -> None:
    verdict = verify(name)
    assert failures(verdict) == []
    assert (verdict["passed"], verdict["sealed"]) == (True, name in SEALED)


@pytest.mark.parametrize("name", INCIDENTS)
def test_evidence_and_all_clear_come_within_a_minute(name: str, verify: Callable[[str], Json]) -> None:
    verdict = verify(name)
    assert min(check["seconds"] for check in checks(verdict, "expect")) <= FIRST_EVIDENCE_WITHIN_S
    assert max(check["seconds"] for check in checks(verdict, "recover")) <= ALL_CLEAR_WITHIN_S


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_symptom_has_proof(name: str, verify: Callable[[str], Json]) -> None:
    assert all(check["proof"] for check in checks(verify(name), "expect"))
