"""Text for what a view does not show: why it is empty and what to try next, or how many items are left out."""

from collections.abc import Sequence
from difflib import get_close_matches
from math import ceil

from rich.text import Text

from whodunit.counted import counted
from whodunit.legible import one_line
from whodunit.telemetry.questions import Window
from whodunit.views.clock_time import to_the_second
from whodunit.views.desk import Desk
from whodunit.views.windows import Period


def nothing(at: Desk, what: str, period: Period, service: str | None = None) -> Text:
    """The text of an empty view; `what` is the plural of its items, such as "traces"."""
    return Text.assemble((f"No {what} {at.looked_at(period)}. ", "bold"), _unwritten(at) or _next(at, service))


def unknown_metric(name: str, known: Sequence[str]) -> str:
    """The hint for a metric that does not exist."""
    close = [each for each in known if name in each] or get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean: {', '.join(close[:5])}"
    return "List them all: whodunit metrics"


def _unwritten(at: Desk) -> str | None:
    error = at.write_error()
    return error and f"The store could not write, so what is missing here may be unwritten: {one_line(error)}"


def _next(at: Desk, service: str | None) -> str:
    known = at.telemetry.service_names()
    if not known:
        return "Nothing has reported yet: open the shop (whodunit up) and send it customers (whodunit load start)."
    if service is not None and service not in known:
        return f"There is no service {service}. There are: {one_line(', '.join(known))}."
    if at.recorded:
        return covered(at.recorded)
    return "Look further back (--last 2h), loosen the other conditions, or: whodunit load start"


def covered(recorded: Window) -> str:
    """The hint for a view of a replay: the time that there is, and how to see all of it."""
    start, end = to_the_second(recorded.start), to_the_second(recorded.end)
    return (
        f"The recording covers {start} to {end}: --last {ceil(recorded.seconds)}s is all of it. Or loosen conditions."
    )


def left_out(what: str, count: int, remedy: str = "", *, at_least: bool = False) -> list[Text]:
    """A line when `count` of them, or more, are left out, else none; `what` names one."""
    more = f"; {remedy}" if remedy else ""
    return [Text(f"{counted(count, what, at_least=at_least)} left out{more}", style="dim")] * (count > 0)
