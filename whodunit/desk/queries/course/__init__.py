"""The course: its steps in the order in which they build on each other."""

from collections.abc import Mapping, Sequence

from whodunit.desk.queries.course import histograms, logs, metrics, traces
from whodunit.desk.queries.course.step import Step

PARTS: Mapping[str, Sequence[Step]] = {
    "Metrics": metrics.STEPS,
    "Distributions": histograms.STEPS,
    "Log records": logs.STEPS,
    "Traces": traces.STEPS,
}

STEPS: Mapping[str, Step] = {step.slug: step for steps in PARTS.values() for step in steps}
