"""Things that happen beside the trouble and have nothing to do with it: in a quarter of the seeds, for any cause."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from whodunit.faults.catalogue import OURS
from whodunit.incident.breakage import Fault
from whodunit.incident.loader import Case
from whodunit.mystery.cases import faces, truth_of
from whodunit.mystery.draw import drawn
from whodunit.strict_yaml.quantities import Strict

ONE_IN = 4
NEAR_S = 20
"""A decoy comes at most so long before or after the onset."""

UNFELT = ("recommendation", "token", "user", "database")
"""Who can be away for as long as a deployment takes without a checkout that fails."""

CAMPAIGNS = {
    "browse": (2.0, ("product-catalog", "recommendation")),
    "search": (2.0, ("product-catalog",)),
    "orders": (2.0, ("order",)),
    "log_in": (1.0, ("user", "database", "token", "gateway")),
}
"""Journeys that may become more, by how many a second, and the services that they lead to."""


class Kind(StrEnum):
    """The kinds of decoys."""

    DEPLOYMENT = "deployment"
    FEATURE = "feature"
    CAMPAIGN = "campaign"
    WARNING = "warning"


class Switch(Strict):
    """A flag's variant that a decoy puts in force. It stands in the diary, where a file's duration cannot be read."""

    flag: str
    variant: str

    @property
    def fault(self) -> Fault:
        """As it is put in force."""
        return Fault(flag=self.flag, variant=self.variant)


class Decoy(Strict):
    """`after_s` is counted from the onset; None for what was there all along. `about` is a sentence for the verdict."""

    kind: Kind
    about: str
    after_s: int | None
    switch: Switch | None = None
    journeys: dict[str, float] = Field(default_factory=dict)


def decoy_of(cases: Sequence[Case], slug: str, seed: int) -> Decoy | None:
    """The decoy of a seed, off the path of whatever may be behind the complaint; None in most seeds."""
    if drawn(seed, "decoy", ONE_IN):
        return None
    path = _path(cases, slug)
    kind = list(Kind)[drawn(seed, "decoy kind", len(Kind))]
    after_s = drawn(seed, "decoy moment", 2 * NEAR_S + 1) - NEAR_S
    which = drawn(seed, "decoy place")
    match kind:
        case Kind.DEPLOYMENT:
            service = _one([name for name in UNFELT if name not in path], which)
            about = f"{service} was deployed, and nothing was wrong with the release."
            return Decoy(
                kind=kind, about=about, after_s=after_s, switch=Switch(flag=f"{service}-deployment", variant="innocent")
            )
        case Kind.FEATURE:
            about = "The feature cartDeliveryNote was switched on; it adds a sentence to the cart."
            return Decoy(kind=kind, about=about, after_s=after_s, switch=Switch(flag="cartDeliveryNote", variant="on"))
        case Kind.CAMPAIGN:
            journey = _one([name for name, (_, services) in CAMPAIGNS.items() if not path & {*services}], which)
            about = f"A campaign brought more visitors of one kind ({journey}), who were served like all others."
            return Decoy(kind=kind, about=about, after_s=after_s, journeys={journey: CAMPAIGNS[journey][0]})
        case Kind.WARNING:
            service = _one([name for name in OURS if name not in path], which)
            about = f"{service} warned of its certificate all along."
            return Decoy(
                kind=kind, about=about, after_s=None, switch=Switch(flag="certificate-notice", variant=service)
            )


def rates(decoy: Decoy, usual: Mapping[str, float]) -> dict[str, float]:
    """The rates of the journeys that a decoy makes more."""
    return {journey: usual.get(journey, 0.0) + more for journey, more in decoy.journeys.items()}


def _path(cases: Sequence[Case], slug: str) -> set[str]:
    """Every service that one of the causes of a face reaches, and the frontend, which all of them reach."""
    return {"frontend", *(name for case, _ in faces(cases)[slug] for name in _reached(case))}


def _reached(case: Case) -> Iterator[str]:
    truth = truth_of(case)
    yield from truth.components
    for step in truth.propagation:
        yield from (step.source, step.target)


def _one(names: Sequence[str], which: int) -> str:
    return names[which % len(names)]
