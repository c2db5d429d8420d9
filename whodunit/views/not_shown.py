"""Text for what a view does not show: why it is empty and what to try next, or how many items are left out."""

from collections.abc import Sequence
from difflib import get_close_matches

from rich.text import Text

from whodunit.counted import counted
from whodunit.legible import one_line
from whodunit.views.desk import Desk


def nothing(at: Desk, what: str, last: str, service: str | None = None) -> Text:
    """The text of an empty view; `what` is the plural of its items, such as "traces"."""
    return Text.assemble((f"No {what} in the last {last}. ", "bold"), _unwritten(at) or _next(at, service, last))


def unknown_metric(name: str, known: Sequence[str]) -> str:
    """The hint for a metric that does not exist."""
    close = [each for each in known if name in each] or get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean: {', '.join(close[:5])}"
    return "List them all: whodunit metrics"


def _unwritten(at: Desk) -> str | None:
    error = at.write_error()
    return error and f"The store could not write, so what is missing here may be unwritten: {one_line(error)}"


def _next(at: Desk, service: str | None, last: str) -> str:
    known = at.telemetry.service_names()
    if not known:
        return "Nothing has reported yet: open the shop (whodunit up) and send it customers (whodunit load start)."
    if service is not None and service not in known:
        return f"There is no service {service}. There are: {one_line(', '.join(known))}."
    return f"Look further back than --last {last}, loosen the other conditions, or: whodunit load start"


def left_out(what: str, count: int, remedy: str = "", *, at_least: bool = False) -> list[Text]:
    """A line when `count` of them, or more, are left out, else none; `what` names one."""
    more = f"; {remedy}" if remedy else ""
    return [Text(f"{counted(count, what, at_least=at_least)} left out{more}", style="dim")] * (count > 0)
