"""The word on what a view does not show."""

from rich.text import Text

from whodunit.counted import counted


def left_out(what: str, count: int, remedy: str = "", *, at_least: bool = False) -> list[Text]:
    """A line when `count` of them, or more, are left out, else none; `what` names one."""
    more = f"; {remedy}" if remedy else ""
    return [Text(f"{counted(count, what, at_least=at_least)} left out{more}", style="dim")] * (count > 0)
