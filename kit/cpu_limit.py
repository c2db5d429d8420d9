"""A limit of our processor time, a share of one core, as a container's quota is; another process keeps it."""

import subprocess
import sys
from collections.abc import Iterable
from os import getpid
from time import monotonic, process_time

from opentelemetry.metrics import CallbackOptions, Meter, Observation


class CpuLimit:
    """The limit of this process, while one is set, and how much of it is used."""

    def __init__(self, meter: Meter) -> None:
        self._cores: float | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._measured = (0.0, 0.0)
        meter.create_observable_gauge("shop.process.cpu.limit", [self._limit], "{cpu}")
        meter.create_observable_gauge("shop.process.cpu.limit_utilization", [self._utilization], "1")

    def set(self, cores: float) -> None:
        """Let this process use no more than `cores` from now on."""
        self.lift()
        command = (sys.executable, "-m", "kit.cpu_keeper", str(getpid()), str(cores))
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  our own program
        self._cores, self._measured = cores, (monotonic(), process_time())

    def lift(self) -> None:
        """Let it use what there is."""
        self._cores, keeper, self._keeper = None, self._keeper, None
        if keeper:
            keeper.communicate()  # closes its lifeline, and waits for its end

    def _limit(self, _: CallbackOptions) -> Iterable[Observation]:
        return [] if self._cores is None else [Observation(self._cores)]

    def _utilization(self, _: CallbackOptions) -> Iterable[Observation]:
        if self._cores is None:
            return []
        (since_s, used_s), self._measured = self._measured, (monotonic(), process_time())
        allowed_s = (self._measured[0] - since_s) * self._cores
        return [Observation((self._measured[1] - used_s) / allowed_s)] if allowed_s else []
