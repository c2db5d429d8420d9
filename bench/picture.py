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
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def record() -> str:
    """What the demonstration prints, colours included."""
    with open_shop(FORCE_COLOR="1", COLUMNS=str(WIDTH), TERM="xterm-256color") as shop:
        return shop.run("demo")


def draw(told: str) -> str:
    """The story as SVG, without the queries, which are long."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    for line in _story(told.splitlines()):
        console.print(Text.from_ansi(line), no_wrap=True, crop=True)
    return console.export_svg(title="make demo")


def _story(lines: Iterable[str]) -> Iterator[str]:
    in_query = False
    for line in lines:
        plain = ESCAPES.sub("", line)
        in_query = plain.startswith("found by") or (in_query and plain.startswith("  "))
        if not in_query:
            yield line


if __name__ == "__main__":
    told = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else record()
    PICTURE.write_text(draw(told), encoding="utf-8")
