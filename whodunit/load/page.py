"""The page that `whodunit load status` prints."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from whodunit.counted import counted
from whodunit.durations import format_duration
from whodunit.lab.answers import LoadState
from whodunit.load.runner import SEALED

MOST = 6
"""Kinds of errors that fit on a page."""

Json = dict[str, Any]


def page(state: LoadState | None) -> RenderableType:
    """The state of the load as the lab's API tells it."""
    if state is None:
        return "No load runs. Start some: whodunit load start"
    stats = state["stats"]
    if state["spec"] == SEALED:
        return f"The load belongs to the mystery{'' if state['running'] else ', and has ended'}."
    if stats is None:
        if state["running"]:
            return "Load has just been started; ask again in a second."
        return f"The load generator ended with exit code {state['exit_code']}. Its log: {state['log']}"
    return Group(_headline(state, stats), _numbers(stats), *_warnings(stats["total"]))


def _headline(state: LoadState, stats: Json) -> str:
    spec = state["spec"]
    ran = f"{format_duration(stats['elapsed_s'])} of {format_duration(spec['seconds'])}"
    doing = "Load runs" if state["running"] else f"Load has {'ended' if stats['state'] == 'ended' else 'stopped'}"
    who = counted(spec["users"], "person", "people") if spec["arrival"] == "users" else "open loop"
    journeys = counted(stats["in_flight"], "journey")
    return f"[bold]{doing}[/bold] · {who}, {spec['shape']['kind']} · {ran} · {journeys} under way\n"


def _numbers(stats: Json) -> Table:
    table = Table("", f"last {stats['window_s']} s", "in all", box=None, pad_edge=False)
    now, total = stats["now"], stats["total"]
    for name, key in (("requests/s", "requests_per_s"), ("checkouts/s", "checkouts_per_s")):
        table.add_row(name, f"{now[key]:g}", f"{total[key]:g}")
    for percent in (50, 95, 99):
        key = f"checkout_p{percent}_s"
        table.add_row(f"checkout p{percent}", _duration(now[key]), _duration(total[key]))
    table.add_row("order ends, p95", _duration(now["order_end_p95_s"]), _duration(total["order_end_p95_s"]))
    table.add_row("orders", _counts(now["orders"]), _counts(total["orders"]))
    table.add_row("errors", _counts(now["errors"], "\n"), _counts(total["errors"], "\n"))
    return table


def _warnings(total: Json) -> list[str]:
    late = f"Arrivals came up to {format_duration(total['late_s'])} late: this machine is too busy."
    refused = f"Refused, because too many were under way: {counted(total['refused'], 'journey')}."
    return [text for text, wrong in ((late, total["late_s"] > 1), (refused, total["refused"])) if wrong]


def _duration(seconds: float | None) -> str:
    return "-" if seconds is None else format_duration(seconds)


def _counts(counts: dict[str, int], separator: str = ", ") -> str:
    listed = [f"{count} {name}" for name, count in counts.items()]
    more = [f"and {counted(len(listed) - MOST, 'other kind')}"] if len(listed) > MOST else []
    return separator.join(listed[:MOST] + more) or "-"
