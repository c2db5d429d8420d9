"""What the runner asks the lab to switch, for how long, and whether the lab says that it mattered."""

from collections.abc import Sequence
from math import ceil

from whodunit.scenario.model import Fault, Rates, Remedy, Scenario
from whodunit.scenario.ports import Clock, Lab
from whodunit.scenario.result import CheckResult

MARGIN_S = 120.0
LONGEST_LOAD_S = 3600.0
REPORT_WITHIN_S = 15.0
"""Services report to the lab every few seconds."""


def expect_within_s(scenario: Scenario) -> float:
    """The last deadline among the expected checks."""
    return max([check.within or scenario.expect.within for check in scenario.expect.checks], default=0.0)


def load_spec(scenario: Scenario, remedies: Sequence[Remedy], rates: Rates) -> dict[str, object]:
    """The load at `rates` as the lab wants it: it ends by itself when the run can no longer be going on."""
    shape = scenario.load.shape
    spec: dict[str, object] = {
        "arrival": "open",
        "rates": {name: rate for name, rate in rates.model_dump().items() if rate},
        "seed": scenario.load.seed,
        "seconds": ceil(min(LONGEST_LOAD_S, _longest_s(scenario, remedies))),
    }
    if shape.kind != "constant":
        spec["shape"] = {"kind": shape.kind, "factor": shape.factor, "at_s": shape.at, "for_s": shape.lasts}
    return spec


def _longest_s(scenario: Scenario, remedies: Sequence[Remedy]) -> float:
    lengths = [
        scenario.steady.within,
        expect_within_s(scenario),
        sum(expect_within_s(scenario) + remedy.within for remedy in remedies),
        REPORT_WITHIN_S,
        scenario.recover.within if scenario.recover else 0.0,
        scenario.alarms.lasts if scenario.alarms else 0.0,
    ]
    return sum(lengths) + MARGIN_S


def set_results(faults: Sequence[Fault]) -> list[CheckResult]:
    """That the lab accepted each fault."""
    return [
        CheckResult(
            id=f"set-{fault.flag}",
            signal="lab",
            title="The fault is put in force, with an end of its own",
            passed=True,
            observed=None,
            says=f"{fault.flag}={fault.variant}, ends by itself after {fault.lasts:g} s",
            seconds=0.0,
        )
        for fault in faults
    ]


def clear_results(lab: Lab, clock: Clock, faults: Sequence[Fault]) -> list[CheckResult]:
    """That each fault affected requests; waits for the services' reports."""
    started = clock.now()
    while True:
        seconds = (clock.now() - started).total_seconds()
        results = [_affected(fault, lab.affected(fault.flag), seconds) for fault in faults]
        if all(result.passed for result in results) or seconds >= REPORT_WITHIN_S:
            return results
        clock.sleep(1.0)


def _affected(fault: Fault, requests: int, seconds: float) -> CheckResult:
    return CheckResult(
        id=f"affected-{fault.flag}",
        signal="lab",
        title="The fault affected requests",
        passed=requests > 0,
        observed=float(requests),
        says=f"{requests} requests affected by {fault.flag}={fault.variant}, asked above 0",
        seconds=seconds,
    )
