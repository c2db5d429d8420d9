"""`class cost`: the memory and the processor time of each student's shop, and so of one more."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

import psutil

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.hosting import processes
from whodunit.hosting.roster import Hosted
from whodunit.launcher.memory import pss_bytes

CpuTimes = dict[psutil.Process, float]


@dataclass(frozen=True)
class Cost:
    """One shop: `pss_bytes` counts pages that shops share once in all, `cores` is a mean over the time of watching."""

    name: str
    programs: int
    pss_bytes: int
    cores: float


def costs(hosted: Hosted, seconds: float, sleep: Callable[[float], None] = time.sleep) -> list[Cost]:
    """Each shop's cost, watched for so long; raises LabError without any, and where memory is not told."""
    homes = hosted.homes()
    before = {home: _used(home) for home in homes}
    if not any(before.values()):
        raise LabError("No student's shop runs here.", "Open some: whodunit class up --students 10")
    began = time.monotonic()
    sleep(seconds)
    return [_cost(home, before[home], began) for home in homes]


def of_one_more(found: Sequence[Cost]) -> Cost:
    """The mean of all."""
    programs = round(mean(each.programs for each in found))
    return Cost("one more", programs, round(mean(each.pss_bytes for each in found)), mean(each.cores for each in found))


def _cost(home: Home, before: CpuTimes, began: float) -> Cost:
    after = _used(home)
    took_s = time.monotonic() - began
    used_s = sum(seconds - before.get(process, 0.0) for process, seconds in after.items())
    return Cost(home.path.name, len(after), sum(_pss(process) for process in after), used_s / took_s)


def _used(home: Home) -> CpuTimes:
    """The processor time that each program of a shop has taken since it began, in seconds."""
    used = {}
    for process in processes.of(home):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        used[process] = times.user + times.system
    return used


def _pss(process: psutil.Process) -> int:
    """Raises LabError where the system does not tell."""
    found = pss_bytes(process.pid)
    if found is None and process.is_running():
        raise LabError("This system does not tell what memory processes share.", "Measure on Linux.")
    return found or 0
