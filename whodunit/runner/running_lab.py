"""The running lab as the runner wants it."""

from collections.abc import Iterable, Mapping
from typing import Any

from whodunit.faults.flagfile import Schedule
from whodunit.lab.client import LabClient
from whodunit.outage.outages import Outages
from whodunit.runner.ports import LoadSpec


class RunningLab:
    """Speaks to the lab over its HTTP API."""

    def __init__(self, client: LabClient, outages: Outages) -> None:
        self._client = client
        self._outages = outages

    def is_there(self) -> None:
        """See `Lab`."""
        self._client.is_there()

    def start_load(self, spec: LoadSpec) -> None:
        """See `Lab`."""
        self._client.start_load(dict(spec))

    def stop_load(self) -> None:
        """See `Lab`."""
        self._client.stop_load()

    def set_flag(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        """See `Lab`."""
        self._client.set_fault(flag, variant, seconds, schedule)

    def clear_flag(self, flag: str | None = None) -> None:
        """See `Lab`."""
        self._client.clear_fault(flag)

    def take_away(self, program: str, seconds: float) -> None:
        """See `Lab`."""
        self._outages.begin(program, seconds)

    def bring_back(self) -> None:
        """See `Lab`."""
        self._outages.end_all()

    def visits(self) -> Mapping[str, float | None]:
        """See `Shoppers`."""
        stats = (self._client.load() or {}).get("stats") or {}
        figures: Mapping[str, float | None] = stats.get("now", {})
        return figures

    def audit(self, settle_s: float) -> Mapping[str, int]:
        """See `Lab`."""
        return self._client.audit(settle_s)

    def affected(self, flag: str) -> int:
        """See `Lab`."""
        reports: Iterable[Mapping[str, Any]] = self._client.reports()
        return sum(int(each["affected"]) for each in reports if each["flag"] == flag)
