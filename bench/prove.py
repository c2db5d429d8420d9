"""`make prove`: every case again and again, quiet, beside other work, and on the real programs; takes hours.

Each run is a line of `docs/reliability.md`, written as soon as the run has ended: what was run of a case as it stands
is not run again. A mystery is proved sealed.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from bench.revision import HERE
from bench.shop import open_shop
from kit import atomic
from tests.stack.harness.stack import native_stack
from tests.stack.tools.location import missing
from tests.stack.tools.programs import ALL
from whodunit.incident.applicable import lacking
from whodunit.incident.loader import Case
from whodunit.incident.proved import proved_on
from whodunit.mystery.cases import is_mystery
from whodunit.runs.recordings import digest

Json = dict[str, Any]
Verify = Callable[[Case], Json]

PAGE = HERE / "docs" / "reliability.md"
QUIET, BUSY, REAL = "quiet", "beside other work", "real programs"
WANTED = {QUIET: 3, BUSY: 2, REAL: 3}
"""Runs of each case, by the condition."""

TOGETHER = 8
"""Runs for which one shop stays open."""

INTRODUCTION = """\
# How often each case holds

A line is one run of one case, as `make prove` made it: *quiet* and *beside other work* in lite mode, *real programs*
with PostgreSQL, the Collector, Prometheus and Jaeger. A mystery is verified sealed. Other work is a program that wants
a core for itself, or more: the runs of these days, also those on the real programs, stood beside a second shop and up
to a dozen programs of lower priority, some of them beside ten more shops or a profiler at each service, on two cores.
Those on the real programs of 2026-12-01, but for the ones that failed, stood alone, at a raised priority.
`symptoms` is when the last of them was there, in seconds after the onset, `clear` when all was well again, after its
end. The digest is that of the case as it stood: what was changed since is proved anew.
"""
HEADINGS = ("day", "case", "condition", "result", "symptoms", "clear", "digest")


@dataclass(frozen=True)
class Line:
    """One run, as it stands on the page."""

    day: str
    case: str
    condition: str
    result: str
    symptoms_s: str
    clear_s: str
    digest: str

    def rendered(self) -> str:
        """The line as Markdown."""
        return f"| {' | '.join(astuple(self))} |"


def main(names: Sequence[str]) -> int:
    """Make what is missing, of the cases that are named or of all; the number of runs that failed."""
    progress = Console(stderr=True)
    if absent := missing(ALL):
        progress.print(
            f"Not on the real programs, which are not here ({', '.join(absent)}); get them: make stack-tools"
        )
    failed = 0
    for condition, wanted in WANTED.items():
        todo = [case for case in _cases(condition, names) for _ in range(wanted - _made(case, condition))]
        for first in range(0, len(todo), TOGETHER):
            with _opened(condition) as verify:
                for case in todo[first : first + TOGETHER]:
                    line = _line(case, condition, verify(case))
                    progress.print(line.rendered(), markup=False)
                    _append(line)
                    failed += line.result != "passed"
    return failed


def lines(text: str) -> list[Line]:
    """The runs on a page."""
    rows = re.findall(r"^\| (\d{4}-.*) \|$", text, re.MULTILINE)
    return [Line(*row.split(" | ")) for row in rows]


def page(made: Sequence[Line]) -> str:
    """The whole page."""
    head = [f"| {' | '.join(HEADINGS)} |", f"|{' --- |' * len(HEADINGS)}"]
    rows = sorted(made, key=lambda line: (line.case, list(WANTED).index(line.condition)))
    return "\n".join([INTRODUCTION, *head, *(line.rendered() for line in rows)]) + "\n"


def _cases(condition: str, names: Sequence[str]) -> list[Case]:
    if condition == REAL and missing(ALL):
        return []
    target = "stack" if condition == REAL else "lite"
    can = [case for case in proved_on(target) if not lacking(case.scenario)]
    return [case for case in can if not names or case.name in names]


def _made(case: Case, condition: str) -> int:
    return sum((line.case, line.condition, line.digest) == (case.name, condition, _short(case)) for line in _kept())


def _kept() -> list[Line]:
    return lines(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else []


def _append(line: Line) -> None:
    atomic.write_text(PAGE, page([*_kept(), line]))


def _short(case: Case) -> str:
    return digest(case)[:8]


@contextmanager
def _opened(condition: str) -> Iterator[Verify]:
    """Runs a case under that condition, in a shop that stays open for several."""
    if condition == REAL:
        with native_stack() as stack:
            stack.start()
            command = ("--target", "stack", "scenario", "verify", "--json")
            yield lambda case: json.loads(stack.whodunit(*command, case.name, *_sealed(case), check=False))
    else:
        with open_shop() as shop, _neighbour(is_there=condition == BUSY):
            shop.up()
            yield lambda case: shop.json("scenario", "verify", case.name, *_sealed(case), check=False)


@contextmanager
def _neighbour(*, is_there: bool) -> Iterator[None]:
    """Another program that wants a core for itself, if it is there."""
    if not is_there:
        yield
        return
    with subprocess.Popen((sys.executable, "-c", "while True: pass")) as neighbour:
        try:
            yield
        finally:
            neighbour.kill()


def _sealed(case: Case) -> Sequence[str]:
    return ("--sealed",) if is_mystery(case) else ()


def _line(case: Case, condition: str, result: Json) -> Line:
    today = datetime.now(UTC).date().isoformat()
    symptoms, clear = _last(result, "expect"), _last(result, "recover")
    return Line(today, case.name, condition, _result(result), symptoms, clear, _short(case))


def _result(result: Json) -> str:
    wrong = [check["id"] for phase in result["phases"] for check in phase["checks"] if not check["passed"]]
    return "passed" if result["passed"] else result["stopped"] or f"failed: {', '.join(wrong)}"


def _last(result: Json, name: str) -> str:
    """When the last check of a phase was decided."""
    decided = [check["seconds"] for phase in result["phases"] if phase["phase"] == name for check in phase["checks"]]
    return f"{max(decided):.0f}" if decided else "-"


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
