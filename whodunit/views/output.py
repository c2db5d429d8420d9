"""Prints an answer drawn, as JSON, or as the query behind it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any

import typer
from rich.console import Console, RenderableType

from whodunit.legible import STEERING, takes_every_character
from whodunit.terminal import Screen

PIPED_WIDTH = 120


@dataclass(frozen=True)
class Style:
    """The form that was asked for with `--json` and `--query`."""

    as_json: bool
    as_query: bool


def console() -> Console:
    """The terminal; a pipe is as wide as a wide terminal."""
    found = Screen()
    return found if found.is_terminal else Screen(width=PIPED_WIDTH)


def emit(style: Style, query: str, document: Mapping[str, object], draw: Callable[[Console], RenderableType]) -> None:
    """Print the answer in one form; the others are not made."""
    if style.as_query:
        typer.echo(query)
    elif style.as_json:
        typer.echo(to_json({**document, "query": query}))
    else:
        screen = console()
        show(screen, draw(screen))


def show(screen: Console, drawn: RenderableType) -> None:
    """Print; in a pipe long lines stay whole."""
    screen.print(drawn, soft_wrap=not screen.is_terminal)


def to_json(document: object, indent: int | None = 2) -> str:
    """Values of the port and plain values as a JSON document; moments are ISO-8601 in UTC, what is no number is null.

    A terminal may show it: characters that would steer one are escaped.
    """
    plain = json.loads(json.dumps(document, default=_plain), parse_constant=lambda _: None)
    text = json.dumps(plain, indent=indent, ensure_ascii=not takes_every_character())
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
