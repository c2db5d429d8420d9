"""What `scenario.yaml` may say. `truth.yaml` is another model, in another module."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from whodunit.faults import flagfile
from whodunit.scenario.evidence import Evidence
from whodunit.scenario.quantities import Duration, Strict

SCHEMA_VERSION = 1


class Level(StrEnum):
    """How much experience finding the cause asks for."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Rates(Strict):
    """Journeys per second, begun whether or not earlier ones have ended."""

    buy: float = Field(0.0, ge=0, le=10, description="Checkouts; at most 10/s, so that an old laptop can show it")
    buy_declined: float = Field(0.0, ge=0, le=10, description="Checkouts with a card that is declined")
    browse: float = Field(0.0, ge=0, le=100)
    leaf: float = Field(0.0, ge=0, le=100)
    search: float = Field(0.0, ge=0, le=100)
    log_in: float = Field(0.0, ge=0, le=100)
    sign_up: float = Field(0.0, ge=0, le=100)
    orders: float = Field(0.0, ge=0, le=100)


class Shape(Strict):
    """How the load changes over its length."""

    kind: Literal["constant", "step", "spike", "soak"] = "constant"
    factor: float = Field(1.0, gt=0, le=20, description="Multiplies the rates while the step or spike lasts")
    at: Duration = Field(0.0, description="Start of the step or spike")
    lasts: Duration = Field(0.0, description="Length of the spike")


class Load(Strict):
    """The traffic of the whole run; the same seed gives the same sequence of journeys."""

    rates: Rates
    rush: Rates | None = Field(
        None, description="Rates that replace those of the same name from the fault on until it is cleared"
    )
    shape: Shape = Shape()
    seed: int = Field(7, ge=0)

    @property
    def rush_rates(self) -> Rates:
        """The rates while the fault is on."""
        return self.rates.model_copy(update=self.rush.model_dump(exclude_unset=True) if self.rush else {})

    @model_validator(mode="after")
    def _changes_in_one_way(self) -> Self:
        if self.rush and self.shape.kind != "constant":
            raise ValueError("rush or shape: with a rush the load is constant before, during and after the fault")
        return self


class Schedule(Strict):
    """A fault that comes and goes: on for `lasts` from the beginning of each `every`; whole seconds."""

    every: Duration
    lasts: Duration

    @model_validator(mode="after")
    def _leaves_a_pause(self) -> Self:
        if not (1 <= self.lasts < self.every and self.lasts.is_integer() and self.every.is_integer()):
            raise ValueError("lasts is shorter than every, both are whole seconds")
        return self


class Fault(Strict):
    """A flag of the catalogue, put in force for the middle of the run."""

    flag: str
    variant: str
    lasts: Duration = Field(600.0, description="The activation's own end, should the lab be gone by then")
    schedule: Schedule | None = None

    @property
    def switched(self) -> flagfile.Schedule | None:
        """The schedule as the lab wants it."""
        return flagfile.Schedule(int(self.schedule.every), int(self.schedule.lasts)) if self.schedule else None

    @property
    def label(self) -> str:
        """What is put in force, in a word."""
        return f"{self.flag}={self.variant}"


class Outage(Strict):
    """A program of the stack that is away for a while, and comes back by itself."""

    outage: Literal["otel-collector"]
    lasts: Duration = 60.0

    @property
    def label(self) -> str:
        """What is away, in a word."""
        return f"{self.outage} away"


def _kind(fault: object) -> str:
    is_outage = isinstance(fault, Outage) or (isinstance(fault, dict) and "outage" in fault)
    return Outage.__name__ if is_outage else Fault.__name__


Breakage = Annotated[
    Annotated[Fault, Tag(Fault.__name__)] | Annotated[Outage, Tag(Outage.__name__)], Discriminator(_kind)
]
"""Something that breaks: a flag or, on the stack, an outage."""


class Settled(Evidence):
    """Checks that must all hold together, for `sustained`, before `within` is over."""

    within: Duration = 60.0
    sustained: Duration = 5.0

    @model_validator(mode="after")
    def _has_one_deadline(self) -> Self:
        late = [check.id for check in self.checks if check.within is not None]
        if late:
            raise ValueError(f"the section has the deadline: take `within` from {', '.join(late)}")
        if not any(check.only is None for check in self.checks):
            raise ValueError("needs at least one check that every target can answer")
        return self


class Expected(Evidence):
    """Symptoms: each must hold once, before its own deadline."""

    within: Duration = Field(60.0, description="Deadline of the checks that state none")


class Quiet(Evidence):
    """What must stay healthy for as long as the symptoms are awaited."""

    @model_validator(mode="after")
    def _has_no_deadline(self) -> Self:
        late = [check.id for check in self.checks if check.within is not None]
        if late:
            raise ValueError(f"quiet holds throughout: take `within` from {', '.join(late)}")
        return self


class Remedy(Settled):
    """A flag that heals while the fault is still on, and what shows that it does."""

    flag: str
    variant: str = "on"
    title: str
    symptom: str = Field(description="Id of the expected check that must be seen before the remedy is applied")


BEFORE = "Switches in force from before the steady state on: how this shop has come to be"


class Variant(Strict):
    """One of several causes behind the same face: what breaks, and what is added to the common parts."""

    before: list[Fault] = Field(default_factory=list, description=BEFORE)
    faults: list[Fault] = Field(min_length=1)
    expect: Evidence = Evidence()
    quiet: Quiet = Quiet()
    remedies: list[Remedy] = Field(default_factory=list)
    hints: list[str] = Field(default_factory=list, description="Follow the common ones")


VariantName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]


class Alarms(Strict):
    """Symptoms that must not show at any time."""

    of: Literal["others"] = Field(description="Every expected check of every other scenario")
    lasts: Duration = 60.0


class Scenario(Strict):
    """One incident: the load, what breaks, what must be seen, and when it is over."""

    schema_version: Literal[1]
    title: str = Field(min_length=3, max_length=80, description="The symptom, never the cause")
    story: str = Field(min_length=20, description="What somebody who is called would be told")
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
    alarms: Alarms | None = None
    hints: list[str] = Field(default_factory=list, description="Cheapest first")
    variants: dict[VariantName, Variant] = Field(
        default_factory=dict, description="Several causes of one face, in place of `faults`; the first is the main one"
    )

    @property
    def flags(self) -> list[Fault]:
        """Those of the faults that are flags."""
        return [fault for fault in self.faults if isinstance(fault, Fault)]

    @property
    def outages(self) -> list[Outage]:
        """Those of the faults that only the stack can have."""
        return [fault for fault in self.faults if isinstance(fault, Outage)]

    def as_variant(self, name: str | None = None) -> "Scenario":
        """The whole incident by one of its causes, the first unless named; raises KeyError."""
        if not self.variants:
            return self
        chosen = self.variants[name or next(iter(self.variants))]
        return self.model_copy(
            update={
                "before": [*self.before, *chosen.before],
                "faults": chosen.faults,
                "expect": self.expect.plus(chosen.expect),
                "quiet": self.quiet.plus(chosen.quiet),
                "remedies": [*self.remedies, *chosen.remedies],
                "hints": [*self.hints, *chosen.hints],
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
            raise ValueError("a scenario needs faults, or alarms that must stay silent")
        if breaks and self.alarms:
            raise ValueError("alarms is for a scenario without faults")
        return self

    @model_validator(mode="after")
    def _nothing_heals_an_outage(self) -> Self:
        if self.outages and self.remedies:
            raise ValueError("remedies are for flags: an outage ends when the program is back")
        return self

    @model_validator(mode="after")
    def _symptoms_exist(self) -> Self:
        for name in self.variants or [None]:
            _check_symptoms(self.as_variant(name))
        return self


def _check_symptoms(scenario: Scenario) -> None:
    known = [check.id for check in scenario.expect.checks if check.only is None]
    for remedy in scenario.remedies:
        if remedy.symptom not in known:
            raise ValueError(f"symptom {remedy.symptom!r} is not in expect; its ids: {', '.join(known)}")
