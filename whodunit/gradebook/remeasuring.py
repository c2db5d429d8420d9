"""Measures the shop that runs as a load report was measured."""

from time import monotonic

from whodunit.durations import format_duration
from whodunit.errors import LabError
from whodunit.gradebook.loads import Measured
from whodunit.lab.target import find
from whodunit.limit.hunt import Hunt
from whodunit.limit.loads import Mix
from whodunit.limit.measurement import INTERRUPTED, measured
from whodunit.limit.plan import CONSTANT, Plan
from whodunit.limit.targets import Targets
from whodunit.limit.trials import Trials

WITHIN_S = 1800.0


def find_again(report: Measured) -> float | None:
    """X of the shop that runs, for the same journeys and targets.

    Raises LabError when it cannot be measured, WrongUseError when the report asks for what makes no sense.
    """
    targets = Targets(report.targets.success_percent, report.targets.p95_s)
    plan = Plan(Mix.of(report.mix), targets, [CONSTANT], report.most, report.by, report.step_s, base=None, soak_s=0.0)
    plan.check()
    target = find()
    with target.lab() as lab:
        lab.pin()
        trials = Trials(lab, target.telemetry(), targets, monotonic() + WITHIN_S, machine_share=None)
        found, error = measured(Hunt(plan, trials), lab, target.kind.value)
    if error and error.exit_code == INTERRUPTED:
        raise KeyboardInterrupt
    if error:
        told = f"It could not be measured again within {format_duration(WITHIN_S)}: {error.message}"
        raise LabError(told, error.hint)
    x: float | None = found[CONSTANT]["value"]
    return x
