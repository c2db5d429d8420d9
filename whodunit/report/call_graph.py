"""A graph of calls as SVG: callers above those whom they call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from whodunit.report.drawings import CALM, LOUD, WIDTH, svg, text_at

BOX_HEIGHT, LAYER, TOP, GAP, LETTER = 30, 108, 52.0, 24.0, 7.4
LABEL_HEIGHT, SMALL_LETTER = 14.0, 6.4
PLACES_ON_ARROW = (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8)

Place = tuple[float, float]
HEADS = "".join(
    f'<marker id="{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" '
    f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="{colour}"/></marker>'
    for name, colour in (("calm", CALM), ("loud", LOUD))
)


@dataclass(frozen=True)
class Arrow:
    """Calls from one to another, the text on the arrow, and whether it is in the colour of trouble."""

    caller: str
    callee: str
    text: str
    loud: bool


def call_graph(title: str, arrows: Sequence[Arrow]) -> str:
    """The drawing."""
    rows: dict[int, list[str]] = {}
    for name, layer in _layers(arrows).items():
        rows.setdefault(layer, []).append(name)
    width = max(float(WIDTH), *(sum(map(_width, names)) + GAP * len(names) for names in rows.values()))
    places = {name: place for layer, names in rows.items() for name, place in _row(names, TOP + layer * LAYER, width)}
    boxes = [part for name, place in places.items() for part in _box(name, place)]
    height = TOP + max(rows) * LAYER + BOX_HEIGHT
    return svg(
        title, height, [f"<defs>{HEADS}</defs>", *_lines(arrows, places), *boxes, *_labels(arrows, places)], width
    )


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


def _width(name: str) -> float:
    return LETTER * len(name) + 18


def _row(names: Sequence[str], y: float, width: float) -> Iterator[tuple[str, Place]]:
    """Boxes side by side, with equal gaps between them."""
    gap = (width - sum(map(_width, names))) / len(names)
    x = gap / 2
    for name in names:
        yield name, (round(x + _width(name) / 2, 1), y)
        x += _width(name) + gap


def _ends(arrow: Arrow, places: Mapping[str, Place]) -> tuple[Place, Place]:
    (x, y), (to_x, to_y) = places[arrow.caller], places[arrow.callee]
    if to_y > y:
        return (x, y + BOX_HEIGHT / 2), (to_x, to_y - BOX_HEIGHT / 2 - 2)
    return (x, y), (to_x, to_y)


def _lines(arrows: Sequence[Arrow], places: Mapping[str, Place]) -> Iterator[str]:
    for arrow in sorted(arrows, key=lambda each: each.loud):
        (x, y), (to_x, to_y) = _ends(arrow, places)
        stroke, wide, head = (LOUD, 2, "loud") if arrow.loud else (CALM, 1, "calm")
        ends = f'x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"'
        yield f'<line {ends} stroke="{stroke}" stroke-width="{wide}" marker-end="url(#{head})"/>'


def _labels(arrows: Sequence[Arrow], places: Mapping[str, Place]) -> Iterator[str]:
    """The text of each arrow, at the first place on it where it covers no other."""
    taken: list[tuple[float, float, float]] = []
    for arrow in sorted(arrows, key=lambda each: not each.loud):
        (x, y), (to_x, to_y) = _ends(arrow, places)
        half = SMALL_LETTER * len(arrow.text) / 2
        tried = [(x + (to_x - x) * share, y + (to_y - y) * share, half) for share in PLACES_ON_ARROW]
        place = next((each for each in tried if not any(_covers(each, other) for other in taken)), tried[0])
        taken.append(place)
        yield text_at(round(place[0], 1), round(place[1] + 4, 1), arrow.text, anchor="middle", kind="small", halo=True)


def _covers(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return abs(one[0] - other[0]) < one[2] + other[2] and abs(one[1] - other[1]) < LABEL_HEIGHT


def _box(name: str, place: Place) -> Iterator[str]:
    (x, y), wide = place, _width(name)
    size = f'x="{round(x - wide / 2, 1)}" y="{y - BOX_HEIGHT / 2}" width="{round(wide, 1)}" height="{BOX_HEIGHT}"'
    yield f'<rect {size} rx="5" fill="#f6f8fa" stroke="{CALM}"/>'
    yield text_at(x, y + 5, name, anchor="middle")
