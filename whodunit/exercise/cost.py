"""Measures what telemetry costs: the same requests to an application with it and to one without, in turn."""

import time
from collections.abc import Mapping

import psutil

from whodunit.exercise.catalogue import Request
from whodunit.exercise.evidence import Cost
from whodunit.exercise.running import Application

WARM_UP, REPEATED = 10, 100
SENT_WITHIN_S = 1.0
"""Twice as long as telemetry waits for more (`running.QUICKLY`)."""


def of(with_it: Application, without: Application, request: Request, variables: Mapping[str, str]) -> Cost:
    """Run both at the same time, since a machine is never as busy again. Raises LabError when one does not run."""
    with with_it.serving(variables) as one, without.serving(variables) as other:
        for _ in range(WARM_UP):
            one.visit(request), other.visit(request)
        begun_s = _used_s(one.pid), _used_s(other.pid)
        for _ in range(REPEATED):
            one.visit(request), other.visit(request)
        time.sleep(SENT_WITHIN_S)
        ended_s = _used_s(one.pid), _used_s(other.pid)
    return Cost(*((end - begin) / REPEATED * 1e6 for begin, end in zip(begun_s, ended_s, strict=True)))


def _used_s(pid: int) -> float:
    """Processor time that a process has taken so far, with all its threads."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
