"""The mitigations that a player may put in force: every remedy, whatever the cause."""

from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.faults.catalogue import read
from whodunit.faults.flagfile import OFF


@dataclass(frozen=True)
class Offer:
    """`variant` of `flag` is what it switches to; `off` for a feature of the shop that is taken away."""

    flag: str
    variant: str
    service: str
    title: str


def offers() -> list[Offer]:
    """All of them, by name."""
    flags = sorted(read().flags.items())
    remedies = [
        Offer(key, next(variant for variant in entry.variants if variant != OFF), entry.service, entry.description)
        for key, entry in flags
        if entry.kind == "remedy"
    ]
    features = [
        Offer(key, OFF, entry.service, "Switch this feature off, should it be on.")
        for key, entry in flags
        if entry.kind == "product"
    ]
    return sorted([*remedies, *features], key=lambda offer: offer.flag)


def offer(flag: str) -> Offer:
    """The mitigation of that name; raises WrongUseError with the names that exist."""
    found = {each.flag: each for each in offers()}
    if flag not in found:
        raise WrongUseError(f"There is no mitigation {flag!r}.", f"There are: {', '.join(found)}")
    return found[flag]
