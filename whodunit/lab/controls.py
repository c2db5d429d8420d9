"""The ports through which the lab's API switches flags and load."""

from typing import Any, Protocol

from whodunit.faults.flagfile import Schedule
from whodunit.lab.answers import LoadState

Json = dict[str, Any]


class Faults(Protocol):
    """Switches flags; raises LabError for what the catalogue does not have."""

    def state(self) -> Any:
        """The catalogue, and what is in force."""
        ...

    def set(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        """Put a variant in force for a while; with a schedule it comes and goes meanwhile."""
        ...

    def clear(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        ...

    def report(self, service: str, flag: str, variant: str, affected: int) -> None:
        """Add to the number of requests that a variant affected in a service."""
        ...

    def reports(self) -> Any:
        """The sums of all reports so far."""
        ...


class Load(Protocol):
    """Runs the load generator; raises LabError for what it cannot do."""

    def start(self, spec: Json) -> None:
        """Start load, in place of what runs."""
        ...

    def stop(self) -> None:
        """Stop the load, if any runs."""
        ...

    def state(self) -> LoadState | None:
        """The load that runs and its results so far; None when there was none."""
        ...
