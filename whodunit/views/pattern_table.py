"""Patterns of log lines, of one window or of two side by side."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.compare.patterns import Pattern, PatternChange
from whodunit.legible import one_line
from whodunit.views.clock_time import to_the_second
from whodunit.views.not_shown import left_out
from whodunit.views.palette import SEVERITY_STYLES, colour
from whodunit.views.trace_table import SHORT_ID

_STYLES = {"new": "bold red", "gone": "bold yellow", "more": "bold", "fewer": "bold"}


def pattern_table(patterns: Sequence[Pattern], limit: int) -> RenderableType:
    """The most frequent patterns: how many lines, from when to when, and a trace with one."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("lines", justify="right", no_wrap=True)
    for name in ("first", "last"):
        table.add_column(name, no_wrap=True)
    table.add_column("trace", no_wrap=True, min_width=SHORT_ID)
    table.add_column("pattern", overflow="fold")
    for each in patterns[:limit]:
        times = to_the_second(each.first_seen), to_the_second(each.last_seen)
        table.add_row(str(each.count), *times, (each.trace_id or "")[:SHORT_ID], _text(each))
    return Group(table, *left_out("rarer pattern", len(patterns) - limit, "--limit takes more"))


def pattern_change_table(changes: Sequence[PatternChange], limit: int) -> RenderableType:
    """What came first, then what went, then what is written more or less often; lines per second."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for name in ("before", "after"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("first", no_wrap=True)
    table.add_column("trace", no_wrap=True, min_width=SHORT_ID)
    table.add_column("pattern", overflow="fold")
    for each in changes[:limit]:
        pattern = each.pattern
        table.add_row(
            Text(each.change, style=_STYLES.get(each.change, "dim")),
            f"{each.before_per_s:.3g}/s",
            f"{each.after_per_s:.3g}/s",
            to_the_second(pattern.first_seen),
            (pattern.trace_id or "")[:SHORT_ID],
            _text(pattern),
        )
    return Group(table, *left_out("pattern", len(changes) - limit, "--limit takes more"))


def as_json_object(pattern: Pattern) -> dict[str, object]:
    """The pattern without the time of each of its lines."""
    return {
        "service": pattern.service,
        "severity": pattern.severity,
        "pattern": pattern.template,
        "lines": pattern.count,
        "first_seen": pattern.first_seen,
        "last_seen": pattern.last_seen,
        "example": pattern.example,
        "trace_id": pattern.trace_id,
        "evidence_id": pattern.evidence_id,
    }


def change_as_json_object(each: PatternChange) -> dict[str, object]:
    """The pattern, with what changed and its lines in both windows."""
    numbers = {"change": each.change, "before": len(each.before), "after": len(each.after)}
    rates = {"before_per_s": each.before_per_s, "after_per_s": each.after_per_s}
    return {**numbers, **rates, **as_json_object(each.pattern)}


def _text(pattern: Pattern) -> Text:
    return Text.assemble(
        (one_line(pattern.severity), SEVERITY_STYLES.get(pattern.severity, "default")),
        " ",
        (one_line(pattern.service), colour(pattern.service)),
        f" {one_line(pattern.template)}",
    )
