"""Diagrams as SVG, for a page that may load nothing: bars, and a graph of calls in layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

WIDTH, LABEL, ROW = 900, 330, 24
NAME_LENGTH = 52
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
            _text(LABEL - 8, top + 14, _short(bar.label), anchor="end"),
            f'<rect x="{LABEL}" y="{top + 3}" width="{long}" height="{ROW - 8}" fill="{LOUD if bar.loud else CALM}"/>',
            _text(LABEL + long + 6, top + 14, bar.text, kind="small"),
        ]
    return _svg(title, 40 + len(drawn) * ROW, parts)


@dataclass(frozen=True)
class Arrow:
    """Calls from one to another, the text on the arrow, and whether it is in the colour of trouble."""

    caller: str
    callee: str
    text: str
    loud: bool


def strip(title: str, moments: Sequence[tuple[datetime, str]]) -> str:
    """Moments below each other, at each the time and a mark on an axis from the first to the last."""
    first, last = moments[0][0], moments[-1][0]
    length = (last - first).total_seconds() or 1.0
    axis = 190.0
    parts = [f'<line x1="{AXIS}" y1="28" x2="{AXIS + axis}" y2="28" stroke="{CALM}"/>']
    for number, (time, what) in enumerate(moments):
        y = 50 + number * ROW
        x = round(AXIS + axis * (time - first).total_seconds() / length, 1)
        parts += [
            _text(0, y + 4, f"{time:%H:%M:%S}", kind="small"),
            f'<line x1="{x}" y1="28" x2="{x}" y2="{y}" stroke="#d8dee4"/>',
            f'<circle cx="{x}" cy="{y}" r="4" fill="{LOUD}"/>',
            _text(AXIS + axis + 14, y + 4, _short(what, 92)),
        ]
    return _svg(title, 56 + len(moments) * ROW, parts)


AXIS = 64.0
BOX_HEIGHT, LAYER = 30, 108


def graph(title: str, arrows: Sequence[Arrow]) -> str:
    """Callers above those whom they call."""
    layers = _layers(arrows)
    rows: dict[int, list[str]] = {}
    for name, layer in layers.items():
        rows.setdefault(layer, []).append(name)
    places = {
        name: (round(WIDTH * (number + 0.5) / len(names), 1), 52.0 + layer * LAYER)
        for layer, names in rows.items()
        for number, name in enumerate(names)
    }
    drawn = [part for number, arrow in enumerate(arrows) for part in _arrow(arrow, places, number)]
    boxes = [part for name, (x, y) in places.items() for part in _box(name, x, y)]
    head = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
        for name, colour in (("calm", CALM), ("loud", LOUD))
    )
    return _svg(title, 70 + len(rows) * LAYER, [f"<defs>{head}</defs>", *drawn, *boxes])


def _layers(arrows: Sequence[Arrow]) -> dict[str, int]:
    """The length of the longest way to each name from whom nobody calls; a circle is entered once."""
    calls: dict[str, list[str]] = {}
    for arrow in arrows:
        calls.setdefault(arrow.caller, []).append(arrow.callee)
        calls.setdefault(arrow.callee, [])
    called = {arrow.callee for arrow in arrows}
    depth = dict.fromkeys(calls, 0)

    def descend(name: str, above: tuple[str, ...]) -> None:
        for callee in calls[name]:
            if callee not in (*above, name) and depth[callee] <= len(above):
                depth[callee] = len(above) + 1
                descend(callee, (*above, name))

    for name in [name for name in calls if name not in called] or list(calls)[:1]:
        descend(name, ())
    return depth


def _arrow(arrow: Arrow, places: Mapping[str, tuple[float, float]], number: int) -> list[str]:
    (x, y), (to_x, to_y) = places[arrow.caller], places[arrow.callee]
    is_down = to_y > y
    begin_y, end_y = (y + BOX_HEIGHT / 2, to_y - BOX_HEIGHT / 2 - 2) if is_down else (y, to_y)
    share = 0.42 + 0.16 * (number % 3)
    colour = "loud" if arrow.loud else "calm"
    at_x, at_y = x + (to_x - x) * share, begin_y + (end_y - begin_y) * share
    stroke, wide = (LOUD, 2) if arrow.loud else (CALM, 1)
    ends = f'x1="{x}" y1="{begin_y}" x2="{to_x}" y2="{end_y}"'
    return [
        f'<line {ends} stroke="{stroke}" stroke-width="{wide}" marker-end="url(#{colour})"/>',
        _text(round(at_x, 1), round(at_y, 1), arrow.text, anchor="middle", kind="small", halo=True),
    ]


def _box(name: str, x: float, y: float) -> list[str]:
    wide = 7.4 * len(name) + 18
    place = f'x="{round(x - wide / 2, 1)}" y="{y - BOX_HEIGHT / 2}" width="{round(wide, 1)}" height="{BOX_HEIGHT}"'
    return [
        f'<rect {place} rx="5" fill="#f6f8fa" stroke="{CALM}"/>',
        _text(x, y + 5, name, anchor="middle"),
    ]


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" role="img" '
        f'aria-label="{escape(title)}"><style>{STYLE}</style>{_text(0, 18, title, kind="bold")}{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "", halo: bool = False) -> str:
    around = ' paint-order="stroke" stroke="#fff" stroke-width="4"' if halo else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}"{around}>{escape(text)}</text>'


def _short(text: str, most: int = NAME_LENGTH) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
