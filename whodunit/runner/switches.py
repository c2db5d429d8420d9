"""Loads, faults and outages as the runner requests them, and their results as the lab reports them."""

from collections.abc import Mapping, Sequence
from math import ceil

from whodunit.counted import counted
from whodunit.incident.breakage import Breakage, BrowserMemory, Fault
from whodunit.incident.model import Scenario
from whodunit.incident.phases import Remedy
from whodunit.incident.result import CheckResult
from whodunit.runner.ports import Clock, Lab

MARGIN_S = 120.0
RAMP_S = 15.0
"""Visitors of a rush do not come all at once."""

LONGEST_LOAD_S = 3600.0
REPORT_WITHIN_S = 15.0
"""Services report to the lab every few seconds."""

SETTLE_S = 10.0
"""The audit waits so long for open orders."""


def expect_within_s(scenario: Scenario) -> float:
    """The last deadline among the expected checks."""
    return max([check.within or scenario.expect.within for check in scenario.expect.checks], default=0.0)


def load_spec(
    scenario: Scenario, remedies: Sequence[Remedy] = (), *, rush_at_s: float | None = None, longer_s: float = 0.0
) -> dict[str, object]:
    """The load as a request to the lab, with its rush from `rush_at_s` on: in the past if below 0, never if None.

    With a rush, or in its place, comes the memory that visitors' browser may use from the onset on.

    It ends by itself after the longest time that the run may take, and `longer_s` later.
    """
    load = scenario.load
    shape = load.shape
    spec: dict[str, object] = {
        "arrival": "open",
        "rates": {name: rate for name, rate in load.rates.model_dump().items() if rate},
        "seed": scenario.load.seed,
        "seconds": ceil(min(LONGEST_LOAD_S, _longest_s(scenario, remedies) + longer_s)),
    }
    if load.browsers:
        spec["browsers"] = load.browsers
    if scenario.browser_memory_mb and rush_at_s is not None:
        spec["browser_memory_mb"] = scenario.browser_memory_mb
    if load.rush and rush_at_s is not None:
        spec["rush"] = ramp(load.rush.model_dump(exclude_unset=True), rush_at_s)
    if shape.kind != "constant":
        spec["shape"] = {"kind": shape.kind, "factor": shape.factor, "at_s": shape.at, "for_s": shape.lasts}
    return spec


def ramp(rates: Mapping[str, float], at_s: float) -> dict[str, object]:
    """A rise to `rates` that begins in `at_s` seconds: below 0, it has begun already."""
    return {"rates": dict(rates), "at_s": max(0.0, at_s), "ramp_s": max(0.0, RAMP_S + min(0.0, at_s))}


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


def set_results(faults: Sequence[Breakage]) -> list[CheckResult]:
    """Results saying that each fault is in force."""
    return [_set(fault) for fault in faults]


def _set(fault: Breakage) -> CheckResult:
    if isinstance(fault, BrowserMemory):
        return _done("set-browser-memory", "The load is started anew, with an end of its own", fault.label)
    lasting = f"{fault.label}, ends by itself after {fault.lasts:g} s"
    if isinstance(fault, Fault):
        return _done(f"set-{fault.flag}", "The fault is put in force, with an end of its own", lasting)
    return _done(f"away-{fault.outage}", "The program is not as it was, and comes back by itself", lasting)


def clear_results(lab: Lab, clock: Clock, scenario: Scenario) -> list[CheckResult]:
    """Results saying that programs are back and flags affected requests; waits for the services' reports."""
    back = [_done(f"back-{each.outage}", "The program is back", f"{each.outage} runs") for each in scenario.outages]
    started = clock.now()
    while True:
        seconds = (clock.now() - started).total_seconds()
        flags = (each for each in scenario.defects if isinstance(each, Fault))
        results = [_affected(fault, lab.affected(fault.flag), seconds) for fault in flags]
        if all(result.passed for result in results) or seconds >= REPORT_WITHIN_S:
            return [*back, *results]
        clock.sleep(1.0)


def books_result(found: Mapping[str, int]) -> CheckResult:
    """The result of the audit: no order lost, no customer charged twice, no stock leaked."""
    counts = f"{found['lost']} of {counted(found['orders'], 'order')} lost, {found['double_charged']} charged twice"
    return CheckResult(
        id="books-held",
        signal="lab",
        title="The books of orders, money and goods agree",
        passed=bool(found["held"]),
        observed=float(found["lost"]),
        message=f"{counts}, stock difference {found['stock_difference']}",
        seconds=0.0,
    )


def _done(id_: str, title: str, message: str) -> CheckResult:
    return CheckResult(id=id_, signal="lab", title=title, passed=True, observed=None, message=message, seconds=0.0)


def _affected(fault: Fault, requests: int, seconds: float) -> CheckResult:
    return CheckResult(
        id=f"affected-{fault.flag}",
        signal="lab",
        title="The fault affected requests",
        passed=requests > 0,
        observed=float(requests),
        message=f"{counted(requests, 'request')} affected by {fault.flag}={fault.variant}, expected > 0",
        seconds=seconds,
    )
