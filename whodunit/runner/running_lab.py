"""The running lab behind the runner's port."""

from collections.abc import Iterable, Mapping
from typing import Any

from whodunit.faults.flagfile import Schedule
from whodunit.lab.client import LabClient
from whodunit.outage.outages import Outages
from whodunit.runner.ports import LoadSpec


class RunningLab:
    """Implements `Lab` by the lab's HTTP API."""

    def __init__(self, client: LabClient, outages: Outages) -> None:
        self._client = client
        self._outages = outages

    def is_there(self) -> None:
        """Raise LabError when the shop was closed."""
        self._client.is_there()

    def start_load(self, spec: LoadSpec) -> None:
        """Start load, in place of what runs."""
        self._client.start_load(dict(spec))

    def stop_load(self) -> None:
        """Stop the load, if any runs."""
        self._client.stop_load()

    def set_flag(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        """Put a variant in force for `seconds`."""
        self._client.set_fault(flag, variant, seconds, schedule)

    def clear_flag(self, flag: str | None = None) -> None:
        """End one activation, or all."""
        self._client.clear_fault(flag)

    def take_away(self, program: str, seconds: float, setting: str = "") -> None:
        """Begin an outage of a program of the stack, or run it with another setting."""
        self._outages.begin(program, seconds, setting)

    def bring_back(self) -> None:
        """End every outage."""
        self._outages.end_all()

    def visits(self) -> Mapping[str, float | None]:
        """Figures of the load generator's last ten seconds; empty while nobody shops."""
        state = self._client.load()
        figures: Mapping[str, float | None] = ((state and state["stats"]) or {}).get("now", {})
        return figures

    def audit(self, settle_s: float) -> Mapping[str, int]:
        """Audit the books once open orders have ended."""
        return self._client.audit(settle_s)

    def affected(self, flag: str) -> int:
        """Sum of the requests that the services report for the flag."""
        reports: Iterable[Mapping[str, Any]] = self._client.reports()
        return sum(int(each["affected"]) for each in reports if each["flag"] == flag)
