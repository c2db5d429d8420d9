"""The word on what a view does not show."""

from rich.text import Text


def left_out(what: str, count: int, remedy: str = "") -> list[Text]:
    """A line when `count` of them are left out, else none."""
    more = f"; {remedy}" if remedy else ""
    return [Text(f"{count} {what} left out{more}", style="dim")] * (count > 0)
