"""The model of `scenario.yaml`; `truth.yaml` has another, in `truth`."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from whodunit.incident.breakage import Breakage, Fault, Outage
from whodunit.incident.evidence import Evidence
from whodunit.incident.phases import Expected, Quiet, Remedy, Settled
from whodunit.incident.traffic import Load
from whodunit.strict_yaml.quantities import Duration, Strict, TargetName


class Level(StrEnum):
    """The experience that finding the cause takes."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


BEFORE = "Switches in force from before the steady state on: the initial condition of this shop"


class Variant(Strict):
    """One of several causes of the same symptoms: its faults, and what it adds to the common parts."""

    load: Load | None = Field(None, description="In place of the common one")
    before: list[Fault] = Field(default_factory=list, description=BEFORE)
    faults: list[Fault] = Field(min_length=1)
    expect: Evidence = Evidence()
    quiet: Quiet = Quiet()
    remedies: list[Remedy] = Field(default_factory=list)
    hints: list[str] = Field(default_factory=list, description="Follow the common ones")
    proved_on: list[TargetName] | None = Field(None, description="In place of the common ones")


VariantName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]


class NegativeControls(Strict):
    """Symptoms that must not show at any time."""

    of: Literal["others"] = Field(description="Every expected check of every other scenario")
    lasts: Duration = 60.0


class Scenario(Strict):
    """One incident: the load, what breaks, what must be seen, and when it is over."""

    schema_version: Literal[1]
    title: str = Field(min_length=3, max_length=80, description="The symptom, never the cause")
    story: str = Field(min_length=20, description="What the person on call is told")
    level: Level = Field(strict=False)
    documented_in: str = Field(description="The documented scenario that it reproduces")
    load: Load
    steady: Settled
    before: list[Fault] = Field(default_factory=list, description=BEFORE)
    faults: list[Breakage] = Field(default_factory=list)
    expect: Expected = Expected()
    quiet: Quiet = Quiet()
    remedies: list[Remedy] = Field(default_factory=list)
    recover: Settled | None = None
    alarms: NegativeControls | None = None
    hints: list[str] = Field(default_factory=list, description="Cheapest first")
    proved_on: list[TargetName] = Field(
        default=["lite", "stack"], description="Targets on which every change to the shop is tested against it"
    )
    variants: dict[VariantName, Variant] = Field(
        default_factory=dict,
        description="Several causes of one set of symptoms, instead of `faults`; the first is main",
    )

    @property
    def flags(self) -> list[Fault]:
        """The faults that are flags."""
        return [fault for fault in self.faults if isinstance(fault, Fault)]

    @property
    def outages(self) -> list[Outage]:
        """The faults that only the stack can have: programs that are away."""
        return [fault for fault in self.faults if isinstance(fault, Outage)]

    @property
    def comes_and_goes(self) -> bool:
        """True if a flag follows a schedule, so that a run takes several periods."""
        return any(fault.schedule for fault in self.flags)

    def as_variant(self, name: str | None = None) -> "Scenario":
        """The whole incident by one of its causes, the first unless named; raises KeyError."""
        if not self.variants:
            return self
        chosen = self.variants[name or next(iter(self.variants))]
        return self.model_copy(
            update={
                "load": chosen.load or self.load,
                "before": [*self.before, *chosen.before],
                "faults": chosen.faults,
                "expect": self.expect.plus(chosen.expect),
                "quiet": self.quiet.plus(chosen.quiet),
                "remedies": [*self.remedies, *chosen.remedies],
                "hints": [*self.hints, *chosen.hints],
                "proved_on": self.proved_on if chosen.proved_on is None else chosen.proved_on,
                "variants": {},
            }
        )

    @model_validator(mode="after")
    def _is_an_incident_or_a_watch(self) -> Self:
        breaks = bool(self.faults or self.variants)
        if self.faults and self.variants:
            raise ValueError("faults stand in the variants, where there are any")
        if breaks and not (self.expect.checks and self.recover):
            raise ValueError("a scenario with faults needs expect and recover")
        if not breaks and not self.alarms:
            raise ValueError("a scenario needs faults, or negative controls (alarms)")
        if breaks and self.alarms:
            raise ValueError("negative controls (alarms) are for a scenario without faults")
        return self

    @model_validator(mode="after")
    def _nothing_heals_an_outage(self) -> Self:
        if self.outages and self.remedies:
            raise ValueError("remedies are for flags: an outage ends when the program is back")
        return self

    @model_validator(mode="after")
    def _remedies_can_be_shown(self) -> Self:
        for name in self.variants or [None]:
            _check_symptoms(self.as_variant(name))
            _check_ends(self.as_variant(name))
        return self


def _check_ends(scenario: Scenario) -> None:
    faults = {fault.flag for fault in scenario.flags}
    for remedy in scenario.remedies:
        if (remedy.flag in faults) != (remedy.lasts is not None):
            raise ValueError(f"remedy {remedy.flag}: `lasts` is for a fault's own flag, and needed there")
        if remedy.lasts is not None and remedy.lasts >= remedy.within:
            raise ValueError(f"remedy {remedy.flag}: ends after {remedy.lasts:g} s, so cannot heal within that time")


def _check_symptoms(scenario: Scenario) -> None:
    known = [check.id for check in scenario.expect.checks if check.only is None]
    for remedy in scenario.remedies:
        if remedy.symptom not in known:
            raise ValueError(f"symptom {remedy.symptom!r} is not in expect; its ids: {', '.join(known)}")
