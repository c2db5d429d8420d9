"""Pins: which evidence can be pinned where it is seen, and how a pin is shown and leads back to it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from whodunit.desk.asked import Asked, Place
from whodunit.errors import LabError
from whodunit.legible import one_line
from whodunit.mystery.citing import read
from whodunit.mystery.notebook import LONGEST_TITLE
from whodunit.telemetry.citation import LogCitation, MetricCitation
from whodunit.telemetry.questions import Statistic

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    """One pin; `link` leads to what it shows."""

    id: str
    kind: str
    title: str
    evidence: str
    comment: str
    link: str


@dataclass(frozen=True)
class Pinnable:
    """A number that can be pinned; `of` is what it is of in particular. `evidence` is None where it cannot be cited."""

    evidence: str | None
    title: str
    of: str


def pins_of(asked: Asked) -> frozenset[str] | None:
    """The evidence that is pinned already; None where nothing can be pinned, since no mystery runs."""
    if asked.source.recorded:
        return None
    with suppress(LabError), asked.source.lab() as lab:
        told = lab.mystery("GET")
        return frozenset(pin["evidence"] for pin in told["pins"]) if told["running"] else None
    return None


def titled(*words: str) -> str:
    """The words that a pin is shown by, on one line and not too long."""
    return one_line(" ".join(filter(None, words)))[:LONGEST_TITLE]


def shown(pin: Json, place: Place) -> Shown:
    """A pin as a page shows it."""
    kind, link = _seen(pin["evidence"], place)
    return Shown(pin["id"], kind, pin["title"] or pin["evidence"], pin["evidence"], pin["comment"], link)


def _seen(evidence: str, place: Place) -> tuple[str, str]:
    citation = read(evidence)
    if isinstance(citation, MetricCitation):
        return "number", _plot(citation, place)
    return "line" if isinstance(citation, LogCitation) else "span", place.to(f"traces/{citation.trace}")


def _plot(citation: MetricCitation, place: Place) -> str:
    start, end = citation.window
    return place.to(
        "metrics",
        name=citation.metric,
        stat=Statistic.PERCENTILE.value if citation.statistic == "p" else citation.statistic,
        p="" if citation.p is None else f"{citation.p:g}",
        service=citation.service or "",
        where=[f"{key}={value}" for key, value in citation.where.items()],
        from_=start.isoformat(),
        until=end.isoformat(),
    )
