"""The whole measurement: X, then what the shop bears at a base rate, and what limits it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from whodunit.limit.attribution import Limit, limited_by
from whodunit.limit.evidence import gathered
from whodunit.limit.loads import Load
from whodunit.limit.plan import CONSTANT, FACTORS, SHAPES, SOAK, STEP, Plan
from whodunit.limit.search import Found, Search, grid
from whodunit.limit.soak import STEP_S, Slope, slopes
from whodunit.limit.targets import Verdict
from whodunit.limit.trials import Trial, Trials
from whodunit.telemetry.port import TelemetryError

CONFIRMED_OVER = 2
"""A confirmation takes so many times as long as a step."""


class Disk(Protocol):
    """Reads what takes the disk."""

    def __call__(self) -> Mapping[str, float]:
        """Bytes by what takes them."""
        ...


@dataclass
class Hunt:
    """One measurement; its results are right at any time. `base` is the rate of spike, step and soak."""

    plan: Plan
    trials: Trials
    disk: Disk = dict
    searches: dict[str, Search] = field(default_factory=dict)
    base: float | None = None
    limit: Limit | None = None
    slopes: list[Slope] = field(default_factory=list)

    @property
    def found(self) -> dict[str, Found]:
        """The results of the searches so far, by shape."""
        return {shape: search.found for shape, search in self.searches.items()}

    def run(self) -> None:
        """Raises LabError, OutOfTimeError and KeyboardInterrupt; what is known by then is in the results."""
        try:
            for shape in (shape for shape in SHAPES if shape in self.plan.shapes):
                if shape != CONSTANT:
                    self.base = self.plan.base or self._half_of_x()
                    if self.base is None:
                        return
                self._measure(shape)
        finally:
            self.limit = self._limit()

    def _half_of_x(self) -> float | None:
        x = self.found[CONSTANT].value
        return None if x is None else round(max(1, x / 2 // self.plan.by) * self.plan.by, 6)

    def _measure(self, shape: str) -> None:
        if shape == SOAK:
            self._soak()
            return
        values = grid(self.plan.most, self.plan.by) if shape == CONSTANT else FACTORS
        search = self.searches[shape] = Search(values)
        while step := search.next:
            load = self._load(shape, step.value, confirms=step.confirms)
            search.tell(step, met=self._meets(load, confirms=step.confirms))

    def _load(self, shape: str, value: float, *, confirms: bool) -> Load:
        seconds = self.plan.step_s * (CONFIRMED_OVER if confirms else 1)
        base = self.base or 0.0
        if shape == CONSTANT:
            return self.plan.mix.constant(value, seconds)
        return self.plan.mix.step(base, value, seconds) if shape == STEP else self.plan.mix.spike(base, value)

    def _meets(self, load: Load, *, confirms: bool) -> bool:
        """A miss that is not proven is tried once more: the second decides."""
        found = self._try(load, confirms=confirms)
        if found.verdict is Verdict.UNSURE:
            found = self._try(load, confirms=confirms)
        return found.verdict is Verdict.MET

    def _try(self, load: Load, *, confirms: bool = False) -> Trial:
        return self.trials.make(load, judges_checkouts=self.plan.mix.buys, confirms=confirms)

    def _soak(self) -> None:
        load = self.plan.mix.soak(self.base or 0.0, self.plan.soak_s)
        sizes = Sizes(self.disk, load.warm_up_s)
        self.trials.watch = sizes.read
        trial = self._try(load)
        self.slopes = slopes(self.trials.telemetry, trial.window, sizes.points)

    def _limit(self) -> Limit | None:
        """The limit of the first search that found one."""
        for shape, found in self.found.items():
            missed = self._last(shape, found.missed, Verdict.MISSED, Verdict.UNSURE)
            if missed:
                return self._told(self._last(shape, found.value, Verdict.MET), missed)
        return None

    def _last(self, shape: str, value: float | None, *verdicts: Verdict) -> Trial | None:
        matching = [
            each
            for each in self.trials.made
            if (each.load.shape, each.load.value) == (shape, value) and each.verdict in verdicts
        ]
        return matching[-1] if matching else None

    def _told(self, met: Trial | None, missed: Trial) -> Limit:
        try:
            return limited_by(gathered(self.trials.telemetry, met, missed), self.plan.targets)
        except TelemetryError as error:
            return Limit(None, None, f"The telemetry did not answer: {error}")


@dataclass
class Sizes:
    """Reads the disk every ten seconds, once the warm-up is over."""

    disk: Disk
    warm_up_s: float
    points: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    _next_s: float = 0.0

    def read(self, elapsed_s: float) -> None:
        """Call it as often as is convenient."""
        if elapsed_s < max(self.warm_up_s, self._next_s):
            return
        self._next_s = elapsed_s + STEP_S
        for of, size in self.disk().items():
            self.points.setdefault(of, []).append((elapsed_s - self.warm_up_s, size))
