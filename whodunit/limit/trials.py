"""Makes one trial: a load through the lab's API, from its start until the shop has come to rest again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import psutil

from whodunit.durations import format_duration
from whodunit.errors import LabError
from whodunit.lab.answers import LoadState
from whodunit.limit.loads import Load
from whodunit.limit.targets import Figures, Targets, Verdict, misses, verdict
from whodunit.telemetry.port import Telemetry, TelemetryError
from whodunit.telemetry.questions import MetricQuery, Statistic, Window

ASK_EVERY_S = 0.5
DRAIN_S = 10.0
"""Visitors may finish so long after the last has come."""

END_WITHIN_S = 30.0
"""A load generator needs so long beyond its time: it starts, and lets visitors finish."""

REST_WITHIN_S = 20.0
AT_REST = 3
"""So few orders in processing are those of a light load."""

IN_PROCESSING = MetricQuery("shop.order.in_processing", Statistic.LAST, "order")
RECENT = timedelta(seconds=12)

Json = dict[str, Any]


class Lab(Protocol):
    """Starts and reports load; raises LabError when it cannot."""

    def start_load(self, spec: Json) -> Json:
        """Start load, in place of what runs; returns its state."""
        ...

    def load(self) -> LoadState | None:
        """The load that runs or ran last."""
        ...


class OutOfTimeError(Exception):
    """The next trial would take longer than there is time."""


@dataclass(frozen=True)
class Trial:
    """One trial; `window` is the measured time, `machine_share` the processor time that the machine used in it."""

    load: Load
    confirms: bool
    window: Window
    figures: Figures
    targets: Targets
    machine_share: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Met, missed, or a miss that is not proven."""
        return verdict(self.figures, self.targets)

    @property
    def why(self) -> str:
        """The targets that were missed, in words."""
        return "; ".join(miss.text for miss in misses(self.figures, self.targets))


def measured_here() -> float:
    """The share of this machine's processor time that was used since the last call."""
    return psutil.cpu_percent(None) / 100


@dataclass
class Trials:
    """Makes trials one after the other, and keeps them.

    `machine_share` is None where the shop runs on another machine; all have to be over at the moment `until_s`.
    """

    lab: Lab
    telemetry: Telemetry
    targets: Targets
    until_s: float
    machine_share: Callable[[], float] | None = measured_here
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    watch: Callable[[float], None] = lambda _elapsed_s: None
    told: Callable[[Trial], None] = lambda _trial: None
    made: list[Trial] = field(default_factory=list)

    def make(self, load: Load, *, judges_checkouts: bool, confirms: bool = False) -> Trial:
        """Raises LabError when the load ended before its time, OutOfTimeError when too little time is left."""
        if self.clock() + load.seconds + DRAIN_S > self.until_s:
            raise OutOfTimeError
        stats, share = self._run(load)
        begun = datetime.fromisoformat(stats["started_at"])
        window = Window(begun + timedelta(seconds=load.warm_up_s), begun + timedelta(seconds=load.seconds))
        figures = counted_in(stats["total"], judges_checkouts=judges_checkouts)
        trial = Trial(load, confirms, window, figures, self.targets, share)
        self.made.append(trial)
        self.told(trial)
        self._rest()
        return trial

    def _run(self, load: Load) -> tuple[Json, float | None]:
        """The last figures of the load, and the machine's share of processor time."""
        wanted = self.lab.start_load(load.spec)["spec"]
        give_up_s = self.clock() + load.seconds + END_WITHIN_S
        stats: Json | None = None
        share = _Share(self.machine_share, load)
        while self.clock() < give_up_s:
            state = self.lab.load()
            if not state or state["spec"] != wanted:
                break
            stats = state["stats"] or stats
            if stats:
                share.at(stats["elapsed_s"])
                self.watch(stats["elapsed_s"])
            if not state["running"]:
                break
            self.sleep(ASK_EVERY_S)
        if not stats or stats["elapsed_s"] < load.seconds:
            raise _ended_early(stats, load)
        return stats, share.value

    def _rest(self) -> None:
        """Wait until what one trial left behind does not burden the next."""
        give_up_s = self.clock() + REST_WITHIN_S
        while self.clock() < give_up_s and self._in_processing() > AT_REST:
            self.sleep(1.0)

    def _in_processing(self) -> float:
        now = datetime.now(UTC)
        try:
            return self.telemetry.number(IN_PROCESSING, Window(now - RECENT, now)).value or 0.0
        except TelemetryError:
            return 0.0


@dataclass
class _Share:
    """The machine's share of processor time between warm-up and end."""

    measure: Callable[[], float] | None
    load: Load
    value: float | None = None
    has_begun: bool = False

    def at(self, elapsed_s: float) -> None:
        if self.measure is None or self.value is not None:
            return
        if not self.has_begun and elapsed_s >= self.load.warm_up_s:
            self.has_begun = True
            self.measure()
        elif elapsed_s >= self.load.seconds:
            self.value = self.measure()


def counted_in(total: Json, *, judges_checkouts: bool) -> Figures:
    """The figures in the load generator's count."""
    bad_orders = {f"order {outcome}": total["orders"].get(outcome, 0) for outcome in ("failed", "unfinished")}
    failed = {**total["errors"], **bad_orders, "visitor refused": total["refused"]}
    kind = "checkout" if judges_checkouts else "request"
    return Figures(
        requests=total["requests"],
        failures=sum(failed.values()),
        samples=total[f"{kind}s"],
        p95_s=total[f"{kind}_p95_s"],
        late_s=total["late_s"],
        failed={name: count for name, count in failed.items() if count},
    )


def _ended_early(stats: Json | None, load: Load) -> LabError:
    after = format_duration(stats["elapsed_s"]) if stats else "0s"
    return LabError(
        f"The load ended after {after} instead of {format_duration(load.seconds)}: somebody stopped or replaced it.",
        "Let nobody else load the shop meanwhile; its state: whodunit load status",
    )
