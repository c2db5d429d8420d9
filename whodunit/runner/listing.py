"""Scenarios on the screen: the list, and one in full."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from whodunit.counted import counted
from whodunit.incident.evidence import AnyCheck
from whodunit.incident.loader import Case
from whodunit.incident.wording import bounds, flowing, sections, what


def as_json(case: Case) -> dict[str, Any]:
    """One entry of the list, for scripts."""
    scenario = case.scenario
    return {
        "slug": case.slug,
        "title": scenario.title,
        "level": scenario.level.value,
        "documented_in": scenario.documented_in,
        "variants": list(case.causes),
    }


def print_list(console: Console, cases: list[Case]) -> None:
    """Print the scenarios as a table, and the commands for one."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("scenario", "what people notice", "level", "documented in"):
        table.add_column(heading)
    for case in cases:
        scenario = case.scenario
        table.add_row(f"[bold]{case.slug}[/]", scenario.title, scenario.level.value, scenario.documented_in)
    console.print(table)
    console.print("\nWatch one happen: [bold]whodunit scenario run SLUG[/]   prove it: [bold]… verify SLUG[/]")


def print_case(console: Console, case: Case, *, hints: bool) -> None:
    """Print one scenario: its story, its checks, its remedies; the hints only on request."""
    scenario = case.scenario
    console.print(f"[bold]{escape(scenario.title)}[/]  [dim]{case.name} · {scenario.level.value}[/]\n")
    console.print(Text(flowing(scenario.story)))
    for title, checks in sections(scenario).items():
        _print_checks(console, title, checks)
    for remedy in scenario.remedies:
        console.print(f"[bold]Remedy[/] {escape(remedy.title)} [dim]{remedy.flag}={remedy.variant}[/]")
    _print_hints(console, case, hints=hints)


def _print_checks(console: Console, title: str, checks: Sequence[AnyCheck]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False)
    for check in checks:
        table.add_row(check.signal, escape(check.title), escape(what(check)), f"[dim]{bounds(check)}[/]")
    console.print(table)
    console.print()


def _print_hints(console: Console, case: Case, *, hints: bool) -> None:
    count = len(case.scenario.hints)
    if count and not hints:
        console.print(f"[dim]{counted(count, 'hint')}: whodunit scenario show {case.name} --hints[/]")
    for number, hint in enumerate(case.scenario.hints if hints else [], start=1):
        console.print(f"[bold]Hint {number}[/] {escape(hint)}")
