"""The player's notebook: evidence that was pinned while looking around, in the form in which an answer cites it."""

from collections.abc import Sequence
from hashlib import sha256

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.mystery.citing import read
from whodunit.strict_yaml.quantities import Strict

MOST_PINS = 30
"""They are part of the hand-in, which has to stay small."""


LONGEST_TITLE, LONGEST_COMMENT = 200, 300


class Noted(Strict):
    """`POST /mystery/pins`: an evidence id, the words that it is shown by, and a remark."""

    evidence: str = Field(max_length=1_000)
    title: str = Field("", max_length=LONGEST_TITLE)
    comment: str = Field("", max_length=LONGEST_COMMENT)


class Remark(Strict):
    """`PUT /mystery/pins/{id}`: another remark."""

    comment: str = Field(max_length=LONGEST_COMMENT)


class Pin(Noted):
    """One pin, and when it was pinned, in seconds since 1970. Its id follows from the evidence."""

    id: str
    pinned_s: float


Pins = tuple[Pin, ...]


def pinned(pins: Pins, noted: Noted, now_s: float) -> Pins:
    """With one more, unless this evidence is pinned already; raises WrongUseError for what no answer could cite."""
    read(noted.evidence)
    name = sha256(noted.evidence.encode()).hexdigest()[:8]
    if any(pin.id == name for pin in pins):
        return pins
    if len(pins) >= MOST_PINS:
        raise WrongUseError(f"The notebook is full: it holds {MOST_PINS} pins.", "Remove one that you need no more.")
    return (*pins, Pin(**noted.model_dump(), id=name, pinned_s=now_s))


def remarked(pins: Pins, name: str, comment: str) -> Pins:
    """With another remark on one of them; raises WrongUseError when it is not there."""
    _known(pins, name)
    return tuple(pin.model_copy(update={"comment": comment}) if pin.id == name else pin for pin in pins)


def removed(pins: Pins, name: str) -> Pins:
    """Without one of them; raises WrongUseError when it is not there."""
    _known(pins, name)
    return tuple(pin for pin in pins if pin.id != name)


def _known(pins: Sequence[Pin], name: str) -> None:
    if all(pin.id != name for pin in pins):
        there_are = ", ".join(pin.id for pin in pins) or "none"
        raise WrongUseError(f"There is no pin {name!r}.", f"There are: {there_are}")
