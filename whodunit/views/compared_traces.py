"""Traces side by side: two of them, or all edges of two windows."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from whodunit.compare.edges import EdgeChange, Traffic
from whodunit.compare.two_traces import Part, Step
from whodunit.durations import format_duration
from whodunit.legible import one_line
from whodunit.views.not_shown import left_out
from whodunit.views.palette import colour
from whodunit.views.trace_table import SHORT_ID
from whodunit.views.units import percent

_NOTHING = "-"
_LONGEST = 60
_LEAST_S = 1e-3


def edge_table(edges: Sequence[EdgeChange], limit: int) -> RenderableType:
    """A line for each edge or statement: what came first, then what went, then what got slower or faster."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("call", overflow="fold")
    for name in ("calls/s", "errors", "p95", "own time"):
        table.add_column(name, justify="right", no_wrap=True)
    for edge in edges[:limit]:
        was, now = edge.before, edge.after
        table.add_row(
            _edge(edge),
            _pair(*(f"{each.calls_per_s:.3g}" if each else _NOTHING for each in (was, now))),
            _pair(*(percent(each.error_ratio) if each else _NOTHING for each in (was, now))),
            _pair(*(format_duration(each.p95_s) if each else _NOTHING for each in (was, now))),
            _pair(*(_own(each) for each in (was, now))),
        )
    return Group(table, *left_out("edge or statement", len(edges) - limit, "--limit takes more"))


def _edge(edge: EdgeChange) -> Text:
    what = one_line(edge.what)
    text = Text.assemble((one_line(edge.caller), colour(edge.caller)))
    if edge.is_statement:
        return text.append(f" {what[:_LONGEST]}{'…' * (len(what) > _LONGEST)}")
    return text.append(" → ").append(one_line(edge.callee), colour(edge.callee)).append(f" {what}".rstrip())


def _own(traffic: Traffic | None) -> str:
    return format_duration(traffic.own_s) if traffic and traffic.own_s is not None else _NOTHING


def _pair(before: str, after: str) -> Text:
    return Text(before if before == after else f"{before} → {after}", style="dim" if before == after else "default")


def step_table(steps: Sequence[Step], one: str, other: str) -> RenderableType:
    """A line for each path of either trace: how often, how long, how long by itself, and what that makes more."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("span", overflow="fold")
    for name in ("spans", f"{one[:SHORT_ID]}", f"{other[:SHORT_ID]}", "of its own", "more"):
        table.add_column(name, justify="right", no_wrap=True)
    for step in steps:
        counts = (str(each.count) if each else _NOTHING for each in (step.one, step.other))
        own = (format_duration(each.own_s) if each else _NOTHING for each in (step.one, step.other))
        table.add_row(_name(step), _pair(*counts), _took(step.one), _took(step.other), _pair(*own), _more(step))
    return table


def _name(step: Step) -> Text:
    name = one_line(step.name)
    shown = f"{name[:_LONGEST]}{'…' * (len(name) > _LONGEST)}"
    return Text.assemble("  " * step.depth, (one_line(step.service), colour(step.service)), f" {shown}")


def _took(part: Part | None) -> Text:
    if part is None:
        return Text(_NOTHING, style="dim")
    return Text(format_duration(part.duration_s), style="bold red" if part.errors else "default")


def _more(step: Step) -> Text:
    if abs(step.more_s) < _LEAST_S:
        return Text("")
    return Text(f"{'+' if step.more_s > 0 else ''}{format_duration(step.more_s)}", style="bold")
