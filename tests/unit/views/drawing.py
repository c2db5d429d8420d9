"""What a renderable looks like, without colours."""

from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text


def drawn(renderable: RenderableType, width: int = 80) -> str:
    """The text, `width` columns wide, without spaces at the ends of lines."""
    console = Console(file=StringIO(), width=width, force_terminal=True, no_color=True, highlight=False)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in _plain(capture.get()).splitlines())


def _plain(text: str) -> str:
    return Text.from_ansi(text).plain
