"""A shop that bears so much and no more, behind the lab's API; its time passes when somebody waits."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.runner.fakes import FakeTelemetry
from whodunit.limit.hunt import Hunt
from whodunit.limit.loads import Mix
from whodunit.limit.plan import Plan
from whodunit.limit.targets import Targets
from whodunit.limit.trials import Trials
from whodunit.load.spec import LoadSpec

BEGUN = datetime(2026, 11, 29, 12, tzinfo=UTC)

Json = dict[str, Any]


def total(**changes: Any) -> Json:
    """The load generator's figures of a trial without trouble."""
    usual = {"requests": 900, "checkouts": 300, "checkout_p95_s": 0.68, "request_p95_s": 0.3, "late_s": 0.0}
    return usual | {"errors": {}, "orders": {"completed": 300}, "refused": 0} | changes


@dataclass
class FakeShop:
    """Bears `capacity` journeys per second in all, and `burst` of them for a moment. Every request takes part."""

    capacity: float = 7.0
    burst: float = 12.0
    samples: int = 300
    now_s: float = 0.0
    spec: Json | None = None
    before: Json | None = None
    started: list[Json] = field(default_factory=list)
    stopped: bool = False
    interrupt_at: int | None = None
    cut_at_s: float | None = None
    _begun_s: float = 0.0

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def start_load(self, spec: Json) -> Json:
        if self.interrupt_at == len(self.started):
            self.interrupt_at = None
            raise KeyboardInterrupt
        self.started.append(spec)
        self.spec, self._begun_s = LoadSpec.model_validate(spec).model_dump(mode="json"), self.now_s
        return {"spec": self.spec}

    def stop_load(self) -> None:
        self.stopped = True

    def load(self) -> Any:
        if self.spec is None:
            return self.before
        elapsed_s = self.now_s - self._begun_s
        end_s = min(self.spec["seconds"], self.cut_at_s or self.spec["seconds"])
        stats = {"started_at": self._started_at(), "elapsed_s": min(elapsed_s, end_s), "total": self._total()}
        return {"running": elapsed_s < end_s, "spec": self.spec, "stats": stats}

    def _started_at(self) -> str:
        return (BEGUN + timedelta(seconds=self._begun_s)).isoformat()

    def _total(self) -> Json:
        assert self.spec
        shape, rate = self.spec["shape"], sum(self.spec["rates"].values())
        bears = self.burst if shape["kind"] == "spike" else self.capacity
        factor = shape["factor"] if shape["kind"] in {"spike", "step"} else 1.0
        is_well = rate * factor <= bears + 1e-6
        return total(checkouts=self.samples, checkout_p95_s=0.68 if is_well else 3.1)


def plan(**changes: Any) -> Plan:
    usual: Json = {"mix": Mix.of({"buy": 1.0}), "targets": Targets(), "shapes": ("constant",), "base": None}
    usual |= {"most": 24.0, "by": 0.5, "step_s": 30.0, "soak_s": 300.0}
    return Plan(**usual | changes)


def trials(shop: FakeShop, within_s: float = 3600, **changes: Any) -> Trials:
    usual: Json = {"machine_share": None, "clock": shop.clock, "sleep": shop.sleep, "telemetry": FakeTelemetry()}
    return Trials(lab=shop, targets=Targets(), until_s=within_s, **usual | changes)


def hunt(shop: FakeShop, within_s: float = 3600, **changes: Any) -> Hunt:
    return Hunt(plan(**changes), trials(shop, within_s))
