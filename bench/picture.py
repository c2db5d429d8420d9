"""`python -m bench.picture`: the terminal of `whodunit demo`, recorded as docs/demo.svg."""

import re
import sys
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.shop import open_shop

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"
WIDTH = 116
LINES = 90
"""As much as one looks at: to the trace that tells."""

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
STEPS = re.compile(r"(\n|\r|\x1b\[1A|\x1b\[2K|\x1b\[\?25[hl])")
UP, ERASE = "\x1b[1A", "\x1b[2K"
WEB_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
RETURN = re.compile(r"\n(?=\x1b\[2K)")


def record() -> str:
    """The demonstration's output to a terminal, escapes included."""
    with open_shop(FORCE_COLOR="1", COLUMNS=str(WIDTH), TERM="xterm-256color") as shop:
        return shop.run("demo")


def draw(told: str) -> str:
    """The story as SVG, without the queries, which are long."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    story = list(_without_queries(screen(told)))
    for line in story[:LINES]:
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    return WEB_FONTS.sub("", console.export_svg(title="make demo"))


def screen(told: str) -> list[str]:
    """The lines that stay: what a progress display draws, it takes back before the next.

    A carriage return arrives as a line feed when a program's output is read as text; only one stands before an erasure.
    """
    lines = [""]
    for step in STEPS.split(RETURN.sub(r"\r", told)):
        if step == "\n":
            lines.append("")
        elif step == UP:
            lines.pop()
        elif step == ERASE:
            lines[-1] = ""
        elif not step.startswith(("\r", "\x1b[?")):
            lines[-1] += step
    return lines


def _without_queries(lines: Iterable[str]) -> Iterator[str]:
    in_query = False
    for line in lines:
        plain = COLOURS.sub("", line)
        in_query = plain.startswith("found by") or (in_query and plain.startswith("  "))
        if not in_query:
            yield line


if __name__ == "__main__":
    told = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else record()
    PICTURE.write_text(draw(told), encoding="utf-8")
