"""Diagrams as SVG, for a page that may load nothing: bars, and moments on an axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

WIDTH, LABEL, ROW = 900, 330, 24
AXIS, AXIS_LENGTH, LONGEST_EVENT = 64.0, 190.0, 92
NAME_LENGTH = 44
CALM, LOUD = "#8c959f", "#cf222e"
STYLE = "text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#57606a}.bold{font-weight:600}"


@dataclass(frozen=True)
class Bar:
    """One bar with its label, and the text at its end; `loud` ones are in the colour of trouble."""

    label: str
    value: float
    text: str
    loud: bool = True


def bars(title: str, drawn: Sequence[Bar]) -> str:
    """Bars below each other, the longest over the whole width; one without a label belongs to the one above."""
    most = max((bar.value for bar in drawn), default=0.0) or 1.0
    room = WIDTH - LABEL - 130
    parts = []
    for number, bar in enumerate(drawn):
        top = 34 + number * ROW
        long = max(1.0, round(room * bar.value / most, 1))
        parts += [
            text_at(LABEL - 8, top + 14, _short(bar.label), anchor="end"),
            f'<rect x="{LABEL}" y="{top + 3}" width="{long}" height="{ROW - 8}" fill="{LOUD if bar.loud else CALM}"/>',
            text_at(LABEL + long + 6, top + 14, bar.text, kind="small"),
        ]
    return svg(title, 40 + len(drawn) * ROW, parts)


def strip(title: str, moments: Sequence[tuple[datetime, str]]) -> str:
    """Moments below each other, at each the time and a mark on an axis from the first to the last."""
    first, last = moments[0][0], moments[-1][0]
    length = (last - first).total_seconds() or 1.0
    parts = [f'<line x1="{AXIS}" y1="28" x2="{AXIS + AXIS_LENGTH}" y2="28" stroke="{CALM}"/>']
    for number, (time, what) in enumerate(moments):
        y = 50 + number * ROW
        x = round(AXIS + AXIS_LENGTH * (time - first).total_seconds() / length, 1)
        parts += [
            text_at(0, y + 4, f"{time:%H:%M:%S}", kind="small"),
            f'<line x1="{x}" y1="28" x2="{x}" y2="{y}" stroke="#d8dee4"/>',
            f'<circle cx="{x}" cy="{y}" r="4" fill="{LOUD}"/>',
            text_at(AXIS + AXIS_LENGTH + 14, y + 4, _short(what, LONGEST_EVENT)),
        ]
    return svg(title, 56 + len(moments) * ROW, parts)


def svg(title: str, height: float, parts: Sequence[str], width: float = WIDTH) -> str:
    """A drawing with its title."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" '
        f'aria-label="{escape(title)}"><style>{STYLE}</style>{text_at(0, 18, title, kind="bold")}{"".join(parts)}</svg>'
    )


def text_at(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "", halo: bool = False) -> str:
    """A text; a halo keeps it legible on lines."""
    around = ' paint-order="stroke" stroke="#fff" stroke-width="4"' if halo else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}"{around}>{escape(text)}</text>'


def _short(text: str, most: int = NAME_LENGTH) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
