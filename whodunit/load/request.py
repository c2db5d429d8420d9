"""Reads the load that is requested on the command line."""

import re
from collections.abc import Sequence
from typing import Any

from whodunit.durations import typed_duration_s
from whodunit.errors import WrongUseError
from whodunit.load.spec import USUAL_RATES, JourneyKind

SHAPES = {
    "constant": "The same all the time.",
    "step:3@30s": "From 30 s on, three times as much.",
    "spike:5@30s+20s": "Five times as much for 20 s, from 30 s on; then as before.",
    "soak@60s": "Rises evenly for a minute, then stays: for long runs.",
}
"""An example of each kind of shape, with numbers to change."""

_SHAPE = re.compile(r"(?P<kind>[a-z]+)(:(?P<factor>\d+(\.\d+)?))?(@(?P<at>[\w.µ]+))?(\+(?P<length>[\w.µ]+))?")

Json = dict[str, Any]


def shape(text: str) -> Json:
    """`KIND[:FACTOR][@WHEN][+HOW LONG]`; raises WrongUseError."""
    found = _SHAPE.fullmatch(text)
    kinds = [re.split("[:@]", example)[0] for example in SHAPES]
    if not found or found["kind"] not in kinds:
        raise WrongUseError(f"{text!r} is not a shape of load.", f"For example: {', '.join(SHAPES)}")
    numbers = {"factor": found["factor"] and float(found["factor"])}
    numbers |= {name: part and seconds(part) for name, part in (("at_s", found["at"]), ("for_s", found["length"]))}
    return {"kind": found["kind"], **{name: value for name, value in numbers.items() if value is not None}}


def rates(rate: float | None, journeys: Sequence[str]) -> dict[str, float]:
    """Exactly the named journeys; or the usual ones with `rate` checkouts per second; raises WrongUseError."""
    if journeys:
        return dict(_journey(text) for text in journeys)
    factor = 1.0 if rate is None else rate / USUAL_RATES[JourneyKind.BUY]
    return {kind.value: round(usual * factor, 4) for kind, usual in USUAL_RATES.items()}


def seconds(text: str) -> float:
    """A duration; raises WrongUseError."""
    return typed_duration_s(text, "For example: 30s or 10m")


def _journey(text: str) -> tuple[str, float]:
    kind, _, number = text.partition("=")
    try:
        return JourneyKind(kind).value, float(number)
    except ValueError:
        hint = f"Write it like buy=8; journeys: {', '.join(JourneyKind)}"
        raise WrongUseError(f"{text!r} is not a journey and its rate.", hint) from None
