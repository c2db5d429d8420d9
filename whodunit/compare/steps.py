"""Events counted in equal steps of time."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from whodunit.compare.samples import Points
from whodunit.telemetry.questions import Window

STEP_S = 1.0


def per_step(times: Sequence[datetime], window: Window, step_s: float = STEP_S) -> Points:
    """Events per second in each whole step of the window, a step without any as zero."""
    counted = Counter(int((time - window.start).total_seconds() // step_s) for time in times)
    steps = range(int(window.seconds // step_s))
    return Points(
        [window.start + timedelta(seconds=step_s * step) for step in steps], [counted[step] / step_s for step in steps]
    )
