"""An exercise's list, verdicts and traces on the terminal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whodunit.exercise.catalogue import Exercise
from whodunit.exercise.checking import Finding, Verdict
from whodunit.exercise.evidence import Evidence, Span
from whodunit.exercise.handin import Content
from whodunit.exercise.judging.database_spans import text

INDENT = 5
LABEL = 8
SLOW_QUERY = "slow-query"
"""The step to which the slowest trace is shown."""

MOST_SPANS = 60


def listing(every: Sequence[Exercise]) -> Table:
    """Name, time, title and steps of each."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("exercise", "minutes", "what it is about"):
        table.add_column(column, no_wrap=column != "what it is about")
    for each in every:
        steps = ", ".join(step.name for step in each.file.steps)
        table.add_row(each.name, str(each.file.minutes), Text.assemble(each.file.title, (f"\nsteps: {steps}", "dim")))
    return table


def verdicts(judged: Sequence[Verdict], evidence: Evidence) -> Iterator[RenderableType]:
    """Each step with what is missing; the first that is not done with its lessons, as the next thing to do."""
    width = max(len(each.step.name) for each in judged)
    first = next((each for each in judged if each.findings), None)
    for each in judged:
        mark, style = ("✗", "bold red") if each.findings else ("✓", "green")
        yield _row(Text(mark, style), width, Text(each.step.name, "bold"), each.step.title)
        if each.measured:
            yield _row("", LABEL, Text("measured", "dim"), Text(each.measured, "cyan"))
        for finding in each.findings:
            yield from _finding(finding, taught=each is first)
        if each is first and each.raised:
            told = Text.assemble((each.raised, "red"), " ends the last traceback that the application printed.")
            yield _row("", LABEL, Text("raised", "dim"), told)
        if each is first and each.step.name == SLOW_QUERY:
            yield Padding(slowest(evidence), (1, 0, 1, INDENT))


def handed_in(content: Content, file: Path) -> Text:
    """The steps of a hand-in that are done and those that are not, and where it is."""
    missing = [each.step for each in content.steps if each.missing]
    done = f"{len(content.steps) - len(missing)} of {len(content.steps)} steps are done"
    left = f"; not yet: {', '.join(missing)}" if missing else ""
    return Text(f"{file}, of {content.student}: {done}{left}.\nIt holds your code. Hand it in as it is: it is sealed.")


def _finding(finding: Finding, *, taught: bool) -> Iterator[RenderableType]:
    yield _row("", LABEL, Text("missing", "dim"), Text(finding.missing, "yellow"))
    if taught:
        yield _row("", LABEL, Text("why", "dim"), finding.lesson.why)
        # An address that is folded cannot be opened; a console joins bare texts, and forgets how each is to be wrapped.
        label = (f"{'':{INDENT}}{'see':<{LABEL}}  ", "dim")
        yield Group(Text.assemble(label, (finding.lesson.see, "underline"), no_wrap=True, overflow="ignore"))


def _row(mark: RenderableType, width: int, name: Text, told: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=1 if mark else INDENT - 2)
    grid.add_column(width=width)
    grid.add_column()
    grid.add_row(mark, name, told)
    return grid


def slowest(evidence: Evidence) -> Text:
    """The longest trace that the check has seen: its spans with their durations, statements by their text."""
    servers = [server for visit in evidence.visits for server in evidence.servers(visit)]
    if not servers:
        return Text("No trace has arrived that could be looked at.")
    root = max(servers, key=lambda span: span.duration_s)
    below = sorted(evidence.below(root), key=lambda span: span.start_us)
    lines = [_line(root, 0), *(_line(span, 1) for span in below[:MOST_SPANS])]
    if len(below) > MOST_SPANS:
        lines.append(f"{'':12}… {len(below) - MOST_SPANS} more spans")
    return Text("\n".join(lines), no_wrap=True, overflow="ellipsis")


def _line(span: Span, depth: int) -> str:
    return f"{span.duration_s * 1000:8.1f} ms {'  ' * depth}{' '.join(text(span).split()) or span.name}"
