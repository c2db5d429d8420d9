"""A document as blocks, written as Markdown and as one HTML page that needs nothing else."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from whodunit.legible import one_line


@dataclass(frozen=True)
class Heading:
    """The heading of a part."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Table:
    """Rows below a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Items:
    """A list; `open` items are boxes to be ticked."""

    texts: Sequence[str]
    open: bool = False


@dataclass(frozen=True)
class Diagram:
    """A diagram as Mermaid's text, and drawn as SVG, for readers without Mermaid."""

    title: str
    mermaid: str
    svg: str


@dataclass(frozen=True)
class Picture:
    """A drawing that is a file of its own beside the Markdown, and part of the page."""

    title: str
    file: str
    svg: str


@dataclass(frozen=True)
class Folded:
    """A text that is opened on demand, as it stands: a query."""

    title: str
    text: str
    language: str = "text"


Block = str | Heading | Table | Items | Diagram | Picture | Folded
"""A plain string is a paragraph."""


def markdown(title: str, blocks: Iterable[Block]) -> str:
    """The document as Markdown."""
    return "\n\n".join([f"# {_inline(title)}", *map(_as_markdown, blocks)]) + "\n"


def _as_markdown(block: Block) -> str:  # noqa: PLR0911  one for each kind
    match block:
        case Heading():
            return f"{'#' * block.level} {_inline(block.text)}"
        case Table():
            rows = [block.head, ["---"] * len(block.head), *block.rows]
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows)
        case Items():
            return "\n".join(f"- {'[ ] ' * block.open}{_inline(text)}" for text in block.texts)
        case Diagram():
            return _fenced(block.mermaid, "mermaid")
        case Picture():
            return f"![{_inline(block.title)}]({block.file})"
        case Folded():
            shown = _fenced(block.text, block.language)
            return f"<details><summary>{_inline(block.title)}</summary>\n\n{shown}\n\n</details>"
        case _:
            return _inline(block)


def _fenced(text: str, language: str) -> str:
    """A code block; its fence is longer than any in the text."""
    fence = "`" * max(3, *(len(found) + 1 for found in re.findall("`+", text) or [""]))
    return f"{fence}{language}\n{text.strip()}\n{fence}"


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")


def _inline(text: str) -> str:
    """Text on one line, in which telemetry can begin no tag; what is marked as code stands as it is."""
    parts = re.split("(`[^`]*`)", one_line(text))
    return "".join(
        part if number % 2 else part.replace("&", "&amp;").replace("<", "&lt;") for number, part in enumerate(parts)
    )


FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }}
h1, h2 {{ line-height: 1.25 }} h2 {{ margin-top: 2.5rem; border-bottom: 1px solid #d0d7de }}
.wide {{ overflow-x: auto }} table {{ border-collapse: collapse; font-size: 14px }}
th, td {{ padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid #d0d7de }}
tr:target {{ background: #fff8c5 }} svg {{ max-width: 100%; height: auto }}
code, pre {{ font: 13px/1.45 ui-monospace, monospace }} pre {{ overflow-x: auto; background: #f6f8fa; padding: .8rem }}
ul.open {{ list-style: "☐  " }} summary {{ cursor: pointer; color: #57606a }}
@media print {{ details > pre {{ display: none }} h2 {{ break-after: avoid }} }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


def html(title: str, blocks: Iterable[Block], linked: Callable[[str], str] = lambda escaped: escaped) -> str:
    """The document as one page. `linked` may put links into a text that is HTML already."""

    def inline(text: str) -> str:
        return linked(_CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<strong>\1</strong>", escape(one_line(text)))))

    return FRAME.format(title=escape(one_line(title)), body="\n".join(_as_html(block, inline) for block in blocks))


_CODE = re.compile("`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def _as_html(block: Block, inline: Callable[[str], str]) -> str:  # noqa: PLR0911  one for each kind
    match block:
        case Heading():
            return f"<h{block.level}>{inline(block.text)}</h{block.level}>"
        case Table():
            rows = [_row("th", block.head, inline), *(_row("td", row, inline) for row in block.rows)]
            return f'<div class="wide"><table>{"".join(rows)}</table></div>'
        case Items():
            items = "".join(f"<li>{inline(text)}</li>" for text in block.texts)
            return f'<ul class="{"open" * block.open}">{items}</ul>'
        case Diagram():
            return f"<figure>{block.svg}</figure>{_details('The same for Mermaid', block.mermaid)}"
        case Picture():
            return block.svg
        case Folded():
            return _details(block.title, block.text)
        case _:
            return f"<p>{inline(block)}</p>"


def _row(tag: str, cells: Sequence[str], inline: Callable[[str], str]) -> str:
    named = f' id="{cells[0]}"' if tag == "td" and _NAMED.fullmatch(cells[0]) else ""
    return f"<tr{named}>{''.join(f'<{tag}>{inline(cell)}</{tag}>' for cell in cells)}</tr>"


_NAMED = re.compile(r"[A-Z]\d+")
"""The name of a row, such as E7: links lead to it."""


def _details(title: str, text: str) -> str:
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text.strip())}</pre></details>"
