"""`make bench-compare`: how well `whodunit compare` does on the recordings, counted; fails below what is wanted.

Of each run the health before the onset is compared with the trouble after it: at which place is the component at fault?
And windows slide over healthy stretches, in which nothing is to be found. Takes some two minutes.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table

from whodunit.compare.comparison import compare
from whodunit.compare.findings import Comparison
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.runs.recorded_run import RecordedRun
from whodunit.runs.recordings import is_kept, kept
from whodunit.telemetry.questions import Window

FIRST = 3
WANTED = 0.9
"""The share of runs in which the component at fault is among the first `FIRST`."""

BY_CHANCE = 0.05
"""The findings in each pair of windows of health that are accepted."""

WINDOW, STEP = timedelta(seconds=10), timedelta(seconds=3)
"""Each of the two windows over health, and by how much they slide."""


@dataclass(frozen=True)
class Told:
    """The comparison of a run's health with its trouble; `accepted` are the names of the component at fault.

    The first is the component's own; a grader takes the others for it, as a job for its owner.
    """

    case: str
    accepted: Sequence[str]
    before_s: float
    after_s: float
    found: Comparison

    @property
    def place(self) -> int | None:
        """The place of the component at fault among those that changed, from 1; None if it is not among them."""
        named = (place for place, name in enumerate(self.found.components, 1) if name in self.accepted)
        return next(named, None)

    @property
    def shown_by(self) -> str:
        """The kind of the first finding about it."""
        return next((each.kind for each in self.found.findings if each.component in self.accepted), "")

    @property
    def is_among_first(self) -> bool:
        """True if it is one of the first `FIRST`."""
        return self.place is not None and self.place <= FIRST


@dataclass(frozen=True)
class Quiet:
    """Two windows of health, side by side."""

    case: str
    start: datetime
    found: Comparison


def troubles(cases: Iterable[Case]) -> Iterator[Told]:
    """The comparison of each recorded run in which something is at fault."""
    for case in filter(is_kept, cases):
        truth = load_truth(case)
        if truth.component:
            run = kept(case).run
            (found,) = _compared(run, [(run.health, run.trouble)])
            accepted = [*truth.components, *truth.synonyms.component]
            yield Told(case.name, accepted, run.health.seconds, run.trouble.seconds, found)


def healthy(cases: Iterable[Case]) -> Iterator[Quiet]:
    """The comparison of each two windows of health that stand side by side in a recording."""
    for case in filter(is_kept, cases):
        run = kept(case).run
        whole = run.health if load_truth(case).component else Window(run.health.start, run.end)
        if not (pairs := list(_pairs(whole))):
            continue
        for (before, _), found in zip(pairs, _compared(run, pairs), strict=True):
            yield Quiet(case.name, before.start, found)


def _pairs(whole: Window) -> Iterator[tuple[Window, Window]]:
    start = whole.start
    while start + 2 * WINDOW <= whole.end:
        yield Window(start, start + WINDOW), Window(start + WINDOW, start + 2 * WINDOW)
        start += STEP


def _compared(run: RecordedRun, pairs: Iterable[tuple[Window, Window]]) -> Iterator[Comparison]:
    with closing(run.telemetry()) as telemetry:
        yield from (compare(telemetry.at(run.end), before, after) for before, after in pairs)


def main() -> None:
    """Compare, and print both tables with their counts; exit code 1 if either is not as wanted."""
    screen = Console(width=120)
    told = list(troubles(catalogue.cases()))
    screen.print(_places(told))
    within = sum(each.is_among_first for each in told)
    screen.print(f"Among the first {FIRST}: {within} of {len(told)} (wanted: nine of ten).")
    quiet = list(healthy(catalogue.cases()))
    found = [(each, finding) for each in quiet for finding in each.found.findings]
    for each, finding in found:
        screen.print(f"  {each.case}: {finding.component} {finding.name} {finding.effect:+.2f}", markup=False)
    screen.print(f"Findings in {len(quiet)} pairs of windows of health: {len(found)} (wanted: one in twenty).")
    if within < WANTED * len(told) or len(found) > BY_CHANCE * len(quiet):
        sys.exit(1)


def _places(told: list[Told]) -> Table:
    table = Table("case", "at fault", "before", "after", "asked", "refused", "found", "place", "by", box=None)
    for each in told:
        counts = (f"{len(each.found.refused)}", f"{len(each.found.findings)}", f"{each.place or 'none'}", each.shown_by)
        windows = f"{each.before_s:.0f} s", f"{each.after_s:.0f} s"
        table.add_row(each.case, each.accepted[0], *windows, f"{each.found.asked}", *counts)
    return table


if __name__ == "__main__":
    main()
