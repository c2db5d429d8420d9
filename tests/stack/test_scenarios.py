"""The same scenario files as in lite mode, proved on PromQL, Jaeger's queries, and LogQL or the SQL in its place."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from tests.picks import picked
from tests.stack.harness.stack import NativeStack
from whodunit.home import Home
from whodunit.incident.applicable import applicable
from whodunit.incident.proved import proved_on
from whodunit.mystery.cases import is_mystery
from whodunit.runs.comparison import Comparison
from whodunit.runs.recorded_run import newest

Json = dict[str, Any]

pytestmark = pytest.mark.stack

FACES = 1
CASES = picked([case for case in proved_on("stack") if not case.scenario.comes_and_goes], FACES)
NAMES = [case.name for case in CASES]
INCIDENTS = {case.name: case for case in CASES if case.scenario.breaks}
SEALED = tuple(name for name, case in INCIDENTS.items() if is_mystery(case))
"""Staged as a mystery is, as in lite mode."""
FIRST_EVIDENCE_WITHIN_S = 60.0
ALL_CLEAR_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def verify(stack: NativeStack) -> Callable[[str], Json]:
    """The verdict on a case; verified at the first call, remembered after."""
    verdicts: dict[str, Json] = {}

    def verdict(name: str) -> Json:
        if name not in verdicts:
            how = ["--sealed"] if name in SEALED else []
            said = stack.whodunit("--target", "stack", "scenario", "verify", name, *how, "--json", check=False)
            verdicts[name] = json.loads(said)
        return verdicts[name]

    return verdict


def checks(verdict: Json, *phases: str) -> list[Json]:
    return [check for each in verdict["phases"] if not phases or each["phase"] in phases for check in each["checks"]]


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_every_phase_holds(name: str, verify: Callable[[str], Json]) -> None:
    verdict = verify(name)
    assert [f"{each['id']}: {each['observed']}" for each in checks(verdict) if not each["passed"]] == []
    assert verdict["passed"]


@pytest.mark.parametrize("name", INCIDENTS)
def test_evidence_and_all_clear_come_within_a_minute(name: str, verify: Callable[[str], Json]) -> None:
    verdict = verify(name)
    assert min(each["seconds"] for each in checks(verdict, "expect")) <= FIRST_EVIDENCE_WITHIN_S
    assert max(each["seconds"] for each in checks(verdict, "recover")) <= ALL_CLEAR_WITHIN_S


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_symptom_has_proof_and_a_page_to_look_at(name: str, verify: Callable[[str], Json]) -> None:
    symptoms = checks(verify(name), "expect")
    assert [each["id"] for each in symptoms if not (each["proof"] and (each["link"] or of_the_store(each)))] == []


@pytest.mark.parametrize("name", INCIDENTS)
def test_what_the_store_kept_of_a_run_shows_the_same(
    name: str, verify: Callable[[str], Json], stack: NativeStack
) -> None:
    if stack.log_store != "store":
        pytest.skip("Loki keeps the log records here, and nobody the whole run")
    verify(name)
    case = INCIDENTS[name]
    asked = replace(case, scenario=applicable(case.scenario, "stack").scenario)
    with closing(Comparison(newest(Home(stack.state / "home"), case.name))) as kept:
        seen = kept.with_case(asked)
    # Alerts fired in Prometheus, whose increases are not whole numbers: the lab's own rounds may be one later.
    by_prometheus = {check.id for check in asked.scenario.expect.alerts}
    assert set(seen.differences) - by_prometheus == set()


def of_the_store(check: Json) -> bool:
    """Whether it asked for log records where the store keeps them, which has no page to look at."""
    return "FROM logs" in check["query"]
