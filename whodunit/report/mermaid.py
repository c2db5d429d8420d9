"""Diagrams as Mermaid's text, within its limits: 50,000 characters, 500 edges, and letters that end a text early."""

import re
from collections.abc import Iterable, Mapping, Sequence

MOST_TIMES, MOST_EDGES, LONGEST = 60, 200, 90
NOTHING = "?"
"""In place of an empty text, which Mermaid does not read."""

_ENTITIES = str.maketrans({"#": "#35;", ":": "#58;", ";": "#59;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"})


def timeline(title: str, moments: Sequence[tuple[str, Sequence[str]]]) -> str:
    """What happened at which times; a time is such as `14:03:20`."""
    lines = [f"    {_said(time)} : {' : '.join(map(_said, events))}" for time, events in moments[:MOST_TIMES]]
    return "\n".join(["timeline", f"    title {_said(title)}", *lines])


def pie(title: str, slices: Mapping[str, float]) -> str:
    """Parts of a whole; all are above 0."""
    lines = [f'    "{_quoted(name)}" : {value:g}' for name, value in slices.items()]
    return "\n".join([f"pie showData title {_said(title)}", *lines])


def graph(edges: Iterable[tuple[str, str, str, bool]]) -> str:
    """Calls from one to another: caller, callee, what is written on the arrow, and True if it is drawn bold."""
    listed = list(edges)[:MOST_EDGES]
    names = list(dict.fromkeys(name for caller, callee, *_ in listed for name in (caller, callee)))
    nodes = [f'    n{number}["{_quoted(name)}"]' for number, name in enumerate(names)]
    arrows = [
        f'    n{names.index(caller)} {"==>" if bold else "-->"}|"{_quoted(text)}"| n{names.index(callee)}'
        for caller, callee, text, bold in listed
    ]
    return "\n".join(["graph TD", *nodes, *arrows])


def lines(title: str, unit: str, places: Sequence[str], series: Sequence[Sequence[float]]) -> str:
    """Numbers at places, as lines: several bars would be drawn over each other."""
    top = max((value for each in series for value in each), default=1.0) or 1.0
    return "\n".join(
        [
            "xychart-beta",
            f'    title "{_quoted(title)}"',
            f"    x-axis [{', '.join(f'{chr(34)}{_quoted(place)}{chr(34)}' for place in places)}]",
            f'    y-axis "{_quoted(unit)}" 0 --> {_plain(top)}',
            *(f"    line [{', '.join(map(_plain, each))}]" for each in series),
        ]
    )


def _plain(value: float) -> str:
    """A number without an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".") or "0"


def _said(text: str) -> str:
    return _short(text).translate(_ENTITIES)


def _quoted(text: str) -> str:
    """A text between quotation marks: there a colon ends nothing."""
    return _short(text).replace('"', "'").replace("`", "'").replace("#", "no. ")


def _short(text: str) -> str:
    whole = re.sub(r"\s+", " ", text).strip() or NOTHING
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
