"""What changed between two windows, as a table."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.compare.findings import FEWEST_POINTS, Comparison, Finding
from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.telemetry.questions import Window
from whodunit.telemetry.windows import EXPORTED_EVERY_S
from whodunit.views.clock_time import to_the_second
from whodunit.views.not_shown import left_out
from whodunit.views.palette import SEVERITY_STYLES, colour
from whodunit.views.trace_table import SHORT_ID
from whodunit.views.units import percent, with_unit

NOT_ALL = "A window holds more spans or lines than can be asked for: some were left out. Compare shorter windows."
_NOTHING = "-"


def change_table(found: Comparison, before: Window, after: Window, limit: int) -> RenderableType:
    """At most `limit` findings, those nearest to a cause first; what was refused; and how to go on."""
    title = Text(f"{_told('before', before)}, {_told('after', after)}", style="dim")
    if not found.findings:
        nothing = f"Nothing changed that {counted(found.asked, 'question')} could show."
        return Group(title, Text(nothing, style="bold"), *_left_out(found))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("component", "what"):
        table.add_column(name, overflow="fold")
    for name in ("before", "after", "effect", "since", "trace"):
        table.add_column(name, justify="right", no_wrap=True)
    for finding in found.findings[:limit]:
        table.add_row(*_cells(finding))
    more = left_out("change", len(found.findings) - limit, "--limit takes more")
    return Group(title, table, *more, *_left_out(found), *_next(found.findings))


def _told(word: str, window: Window) -> str:
    return f"{word}: {to_the_second(window.start)} to {to_the_second(window.end)} ({format_duration(window.seconds)})"


def _cells(finding: Finding) -> list[Text | str]:
    return [
        Text(one_line(finding.component), style=colour(finding.component)),
        Text(one_line(finding.name)),
        _value(finding.before, finding.unit),
        _value(finding.after, finding.unit),
        Text(f"{finding.effect:+.2f}", style="bold" if finding.effect > 0 else "default"),
        to_the_second(finding.first_seen) if finding.first_seen else "",
        Text(_trace(finding)[:SHORT_ID], style="dim"),
    ]


def _value(value: float | str | None, unit: str) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return one_line(value)
    return percent(value) if unit == "1" else with_unit(value, unit) + ("/s" if unit.endswith("/s") else "")


def _trace(finding: Finding) -> str:
    """The trace that the finding cites, if it cites one."""
    kind, _, rest = finding.evidence_id.partition(" ")
    return rest.partition(" ")[0] if kind in {"span", "log"} else ""


def _left_out(found: Comparison) -> Iterator[Text]:
    if not found.is_all:
        yield Text(NOT_ALL, style=SEVERITY_STYLES["WARN"])
    kinds = Counter(each.kind for each in found.refused)
    if not kinds:
        return
    numbers = ", ".join(f"{number} of kind {kind}" for kind, number in kinds.most_common())
    yield Text(f"Fewer than {FEWEST_POINTS} points in a window, so not judged: {numbers}.", style="dim")
    if kinds["metric"]:
        needed, every = format_duration(FEWEST_POINTS * EXPORTED_EVERY_S), f"{EXPORTED_EVERY_S:g} s"
        yield Text(f"A metric has a point every {every}: windows of {needed} or more are long enough.", style="dim")


def _next(findings: Sequence[Finding]) -> Iterator[Text]:
    trace = next((found for each in findings if (found := _trace(each))), None)
    if trace:
        yield Text(f"Open the first: whodunit trace {trace[:SHORT_ID]} --logs", style="dim")
