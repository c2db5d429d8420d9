"""One of the two windows that are compared, and the telemetry that it is of."""

from dataclasses import dataclass

from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import Window


@dataclass(frozen=True)
class Side:
    """A window of some telemetry."""

    telemetry: Telemetry
    window: Window
