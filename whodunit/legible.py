"""Makes text from outside safe to show, on streams that may not take every character.

Text of senders and players reaches a terminal as text alone: nothing in it moves the cursor, clears the screen,
colours what follows or turns the direction of reading.
"""

import codecs
import re
import sys
from io import TextIOWrapper

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, those that order directions, and halves of surrogate pairs."""

_LINE_ENDS = re.compile("[\t ]*(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])[\t ]*")

_LOOKALIKES = {
    ord(drawn): typed
    for drawn_as, typed in {
        "━─┄—·": "-",
        "│┤┃▏▕▐▌": "|",
        "├└": "+",
        "█": "#",
        "✓": "+",
        "✗×": "x",
        "→▶": ">",
        "◆•": "*",
        "…": ".",
        "⏎": "/",
        "µ": "u",
        "\u2800\u00a0\u202f": " ",
    }.items()
    for drawn in drawn_as
}
_BRAILLE = range(0x2801, 0x2900)


def legible(text: str) -> str:
    """The text without the characters that steer a terminal; lines stay lines."""
    return STEERING.sub("", text)


def one_line(text: str) -> str:
    """The legible text on one line, with line ends as `⏎`, so that it cannot look like another record."""
    return legible(_LINE_ENDS.sub(" ⏎ ", text))


def takes_every_character() -> bool:
    """True if standard output can write all of Unicode."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return codecs.lookup(encoding).name.startswith("utf")


def prepare_streams() -> None:
    """Let standard output and error write something like a character that their encoding lacks, of the same width."""
    codecs.register_error(_like.__name__, _like)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_like.__name__)


def _like(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(map(_typed, missing)), error.end


def _typed(character: str) -> str:
    return "*" if ord(character) in _BRAILLE else _LOOKALIKES.get(ord(character), "?")
