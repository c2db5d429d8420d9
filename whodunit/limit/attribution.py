"""Decides from the evidence what limits the load.

The order matters: without a free core everything waits, pools too; the time to an answer contains that in which a
connection is made; and a pool that is held while a peer takes longer is dry because of the peer.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from whodunit.durations import format_duration
from whodunit.limit.evidence import CORE, LAG, MACHINE, MADE, SHOP, Evidence, Kind
from whodunit.limit.targets import Targets

FULL = 0.9
"""The share of a core, or of the machine, from which on requests queue for it."""

LATE_S = 0.05
"""A process that waits so long for a core, in one of twenty cases, has too little of it."""

TELLING = 0.1
"""The share of the target that a wait has to be to count."""

SLOWER = 1.5


@dataclass(frozen=True)
class Limit:
    """What limits, in a `sentence` and by its `proof`; `asked` is all that was looked at.

    `kind` and `of` are None when nothing that is measured stands out.
    """

    kind: Kind | None
    of: str | None
    sentence: str
    proof: Sequence[Evidence] = ()
    asked: Sequence[Evidence] = ()


def limited_by(evidence: Sequence[Evidence], targets: Targets) -> Limit:
    """The first explanation that holds."""
    least_s = TELLING * targets.p95_s
    rules: list[tuple[str, Callable[[Evidence], bool]]] = [
        ("{of} has no core left", _is_full),
        ("{of} does not get the core that it needs", lambda each: each.what == LAG and _waits(each, LATE_S)),
        ("{of} are late", lambda each: each.what == MADE and _waits(each, least_s)),
        ("{of} answers later", lambda each: each.kind is Kind.PEER and _slower(each, targets)),
        ("{of} have to wait", lambda each: each.kind is Kind.POOL and _waits(each, least_s)),
    ]
    for sentence, holds in rules:
        found = _largest(each for each in evidence if holds(each))
        if found:
            of = found[0].of
            told = f"{sentence.format(of=of)}: {_told(found[0])}{_by_others(found[0], evidence)}"
            return Limit(found[0].kind, of, told, found, evidence)
    return Limit(None, None, "nothing that is measured here stands out", asked=evidence)


def _is_full(each: Evidence) -> bool:
    is_one = each.of == MACHINE or each.what == CORE
    return is_one and (each.missed or 0.0) >= FULL


def _waits(each: Evidence, least_s: float) -> bool:
    return (each.missed or 0.0) >= least_s and each.has_grown


def _slower(each: Evidence, targets: Targets) -> bool:
    """Without a trial that met the targets, a peer has to take as long as all of it may."""
    least_s = targets.p95_s if each.met is None else max(TELLING * targets.p95_s, SLOWER * each.met)
    return (each.missed or 0.0) >= least_s


def _largest(found: Iterable[Evidence]) -> list[Evidence]:
    """The machine first: where it is full, no single process tells more."""
    return sorted(found, key=lambda each: (each.of != MACHINE, -(each.missed or 0.0)))


def _told(each: Evidence) -> str:
    was = "" if each.met is None else f", {_number(each.met, each.unit)} at the limit"
    return f"{each.what} {_number(each.missed, each.unit)}{was}"


def _by_others(each: Evidence, evidence: Sequence[Evidence]) -> str:
    """Says so where most of the machine's work is not the shop's."""
    shop = next((other.missed or 0.0 for other in evidence if other.of == SHOP), 0.0)
    is_others = each.of == MACHINE and shop < (each.missed or 0.0) / 2
    return f"; the shop's services have {_number(shop, '1')} of it, the rest is other programs'" if is_others else ""


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return format_duration(value) if unit == "s" else f"{100 * value:.0f} %"
