"""The loads of the trials: a mix of journeys at a rate, in each shape that the load generator knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from whodunit.load.spec import JourneyKind

WARM_UP_S = 8
"""Nothing counts so long: shoppers log in once, and connections are opened."""

SPIKE_S = 10
AFTER_S = 10
"""A spike is judged until so long after its end: what has piled up has to go."""

RISE_S = 30

Json = dict[str, Any]
Rates = Mapping[str, float]


def rate_text(rate: float, factor: float | None) -> str:
    """The rate of a trial, and the factor of a spike or step."""
    return f"{rate:g}/s" + (f" x {factor:g}" if factor else "")


@dataclass(frozen=True)
class Load:
    """A load for the lab: `shape`, `rate` in journeys per second, `factor` of a spike or step."""

    shape: str
    rate: float
    spec: Json
    factor: float | None = None

    @property
    def value(self) -> float:
        """What a search varies: the factor, or the rate."""
        return self.rate if self.factor is None else self.factor

    @property
    def seconds(self) -> float:
        """How long visitors come."""
        return float(self.spec["seconds"])

    @property
    def warm_up_s(self) -> float:
        """How long nothing counts."""
        return float(self.spec["warm_up_s"])


@dataclass(frozen=True)
class Mix:
    """Journeys in fixed proportion."""

    shares: Rates

    @classmethod
    def of(cls, rates: Rates) -> "Mix":
        """The proportion of these rates."""
        total = sum(rates.values())
        return cls({kind: rate / total for kind, rate in rates.items() if rate})

    @property
    def buys(self) -> bool:
        """True if some of the visitors check out."""
        return any(kind in self.shares for kind in (JourneyKind.BUY, JourneyKind.BUY_DECLINED))

    def at(self, rate: float) -> dict[str, float]:
        """The rate of each kind at `rate` journeys per second in all."""
        return {kind: round(rate * share, 4) for kind, share in self.shares.items()}

    def constant(self, rate: float, seconds: float) -> Load:
        """The same all the time, measured for `seconds`."""
        return self._load("constant", rate, WARM_UP_S, seconds)

    def step(self, rate: float, factor: float, seconds: float) -> Load:
        """`factor` times as much after the warm-up, measured from there on."""
        shape = {"kind": "step", "factor": factor, "at_s": WARM_UP_S}
        return self._load("step", rate, WARM_UP_S, seconds, shape, factor)

    def spike(self, rate: float, factor: float) -> Load:
        """`factor` times as much for ten seconds, measured from there until what piled up is gone."""
        shape = {"kind": "spike", "factor": factor, "at_s": WARM_UP_S, "for_s": SPIKE_S}
        return self._load("spike", rate, WARM_UP_S, SPIKE_S + AFTER_S, shape, factor)

    def soak(self, rate: float, seconds: float) -> Load:
        """A slow rise, then the same for `seconds`."""
        return self._load("soak", rate, RISE_S, seconds, {"kind": "soak", "at_s": RISE_S})

    def _load(
        self,
        kind: str,
        rate: float,
        warm_up_s: float,
        seconds: float,
        shape: Json | None = None,
        factor: float | None = None,
    ) -> Load:
        spec = {"arrival": "open", "rates": self.at(rate), "seconds": round(warm_up_s + seconds)}
        return Load(kind, rate, spec | {"warm_up_s": warm_up_s, "shape": shape or {"kind": kind}}, factor)
