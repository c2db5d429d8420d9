"""The load as an HTML page that reloads itself and needs no script."""

from collections.abc import Iterator
from html import escape
from typing import Any

from whodunit.durations import format_duration
from whodunit.lab.answers import LoadState

RELOAD_EVERY_S = 2
MOST = 8
"""Kinds of errors that fit on the page."""

Json = dict[str, Any]

FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{every}"><title>Load</title><style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #8884 }}
th:first-child, td:first-child {{ text-align: left }} code {{ white-space: nowrap }} p.note {{ opacity: .7 }}
</style></head><body><h1>Load</h1>{body}
<p class="note">This page reloads itself. Change the load in a terminal: <code>whodunit load start --rate 8</code>,
<code>whodunit load stop</code></p></body></html>
"""


def html_page(state: LoadState | None) -> str:
    """The state of the load as the API tells it, as a whole document."""
    return FRAME.format(every=RELOAD_EVERY_S, body="\n".join(_body(state)))


def _body(state: LoadState | None) -> Iterator[str]:
    if state is None:
        yield "<p>No load has run yet.</p>"
        return
    yield f"<p><strong>{escape(_headline(state))}</strong></p>"
    stats = state["stats"]
    if stats is not None:
        yield _numbers(stats)
        yield _errors(stats["total"]["errors"])


def _headline(state: LoadState) -> str:
    if not state["running"]:
        return "No load runs. The figures are of the last one."
    spec = state["spec"]
    who = f"{spec['users']} people" if spec["arrival"] == "users" else _rates(spec["rates"])
    return f"{'The usual light load' if state.get('light') else 'Load'} runs: {who}"


def _rates(rates: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {rate:g}/s" for name, rate in rates.items() if rate)


def _numbers(stats: Json) -> str:
    now, total = stats["now"], stats["total"]
    rows = [(name, f"{now[key]:g}", f"{total[key]:g}") for name, key in COUNTS]
    rows += [(name, _duration(now[key]), _duration(total[key])) for name, key in DURATIONS]
    rows.append(("orders", _counts(now["orders"]), _counts(total["orders"])))
    head = f"<tr><th></th><th>last {stats['window_s']} s</th><th>in all</th></tr>"
    return f"<table>{head}{''.join(_row(row) for row in rows)}</table>"


COUNTS = (("requests/s", "requests_per_s"), ("checkouts/s", "checkouts_per_s"))
DURATIONS = (
    ("checkout, half within", "checkout_p50_s"),
    ("checkout, 95 % within", "checkout_p95_s"),
    ("checkout, 99 % within", "checkout_p99_s"),
    ("order ends, 95 % within", "order_end_p95_s"),
)


def _errors(errors: dict[str, int]) -> str:
    if not errors:
        return "<p>No errors.</p>"
    rows = "".join(_row((name, str(count))) for name, count in list(errors.items())[:MOST])
    return f"<h2>Errors</h2><table>{rows}</table>"


def _row(cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _duration(seconds: float | None) -> str:
    return "-" if seconds is None else format_duration(seconds)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "-"
