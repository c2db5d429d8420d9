"""A face and its causes: the models of `scenario.yaml` and of `causes/NAME.yaml`.

A face is what people notice, whatever the cause: story, load, steady state, what everybody sees, recovery. A cause is
what is wrong, and the evidence that tells it from its siblings. A face with one cause states it in `scenario.yaml`.
`truth.yaml` is another model, in another module.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from whodunit.incident.breakage import Breakage, BrowserMemory, Fault, Outage
from whodunit.incident.evidence import Evidence
from whodunit.incident.phases import Expected, Quiet, Remedy, Settled, Tells, Unchanged
from whodunit.incident.traffic import Load
from whodunit.strict_yaml.quantities import Duration, Strict, TargetName


class Level(StrEnum):
    """The experience that finding the cause takes."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Trigger(StrEnum):
    """The one thing that changes at the onset, and whatever follows from it."""

    RELEASE = "release"
    """Another `service.version` answers from then on; the defect was not there before."""
    LOAD = "load"
    """More visitors come, in a ramp; the defect was there all along, and can be seen before."""
    DATA = "data"
    """Rows, their number, an index."""
    PEER = "peer"
    """A peer's own behaviour."""
    NETWORK = "network"
    """A name or a link."""
    CLOCK = "clock"
    """The time that a program reads."""
    SCHEDULE = "schedule"
    """A job that runs at its hour."""
    FLAG = "flag"
    """A feature flag of the shop; its evaluations can be seen."""
    SETTING = "setting"
    """A program is started anew with another limit, which it tells."""


BEFORE = "Switches in force from before the steady state on: the initial condition of this shop"


class Cause(Strict):
    """One of several causes behind the same face: what breaks, and what is added to the face's own parts."""

    load: Load | None = Field(None, description="In place of the face's")
    before: list[Fault] = Field(default_factory=list, description=BEFORE)
    trigger: Trigger = Field(strict=False, exclude=True)
    faults: list[Breakage] = Field(default_factory=list)
    expect: Evidence = Evidence()
    tells: Tells = Tells()
    quiet: Quiet = Quiet()
    unchanged: Unchanged = Unchanged()
    remedies: list[Remedy] = Field(default_factory=list)
    recover: Evidence = Field(Evidence(), description="More that holds when all is well again")
    hints: list[str] = Field(default_factory=list, description="Follow the face's")
    proved_on: list[TargetName] | None = Field(None, description="In place of the face's")


CauseName = Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]


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
    trigger: Trigger | None = Field(
        None,
        strict=False,
        exclude=True,  # no verdict depends on it: recordings of the case stay what they are
        description="Needed where something breaks",
    )
    faults: list[Breakage] = Field(default_factory=list)
    expect: Expected = Expected()
    tells: Tells = Tells()
    quiet: Quiet = Quiet()
    unchanged: Unchanged = Unchanged()
    remedies: list[Remedy] = Field(default_factory=list)
    recover: Settled | None = None
    alarms: NegativeControls | None = None
    hints: list[str] = Field(default_factory=list, description="Cheapest first")
    proved_on: list[TargetName] = Field(
        default=["lite", "stack"], description="Targets on which every change to the shop is tested against it"
    )
    causes: list[CauseName] = Field(
        default_factory=list,
        description="Several causes, in place of `faults`: each a file `causes/NAME.yaml`; the first is the main one",
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
    def browser_memory_mb(self) -> int | None:
        """Memory of visitors' browser from the onset on; None if nothing changes."""
        return next((fault.browser_memory_mb for fault in self.faults if isinstance(fault, BrowserMemory)), None)

    @property
    def breaks(self) -> bool:
        """True if something breaks at the onset, or what was broken before is felt from then on."""
        return bool(self.faults or (self.before and self.load.rush))

    @property
    def defects(self) -> Sequence[Breakage]:
        """What is broken from the onset on: its faults, or what was there before if only the load changes."""
        return self.faults or self.before

    @property
    def comes_and_goes(self) -> bool:
        """True if a flag follows a schedule, so that a run takes several periods."""
        return any(fault.schedule for fault in self.flags)

    def by_cause(self, cause: Cause) -> "Scenario":
        """The whole incident by one of its causes; raises ValueError when the two do not fit."""
        whole = self.model_copy(
            update={
                "load": cause.load or self.load,
                "before": [*self.before, *cause.before],
                "trigger": cause.trigger,
                "faults": cause.faults,
                "expect": self.expect.plus(cause.expect),
                "tells": self.tells.plus(cause.tells),
                "quiet": self.quiet.plus(cause.quiet),
                "unchanged": Unchanged(metrics=[*self.unchanged.metrics, *cause.unchanged.metrics]),
                "remedies": [*self.remedies, *cause.remedies],
                "recover": self.recover and self.recover.plus(cause.recover),
                "hints": [*self.hints, *cause.hints],
                "proved_on": self.proved_on if cause.proved_on is None else cause.proved_on,
                "causes": [],
            }
        )
        _check_fit(whole)
        return whole

    @model_validator(mode="after")
    def _is_an_incident_or_a_watch(self) -> Self:
        breaks = self.breaks or bool(self.causes)
        if self.faults and self.causes:
            raise ValueError("faults stand in the files of the causes, where there are several")
        if self.trigger and self.causes:
            raise ValueError("trigger stands in the files of the causes, where there are several")
        if breaks and not (self.expect.checks and self.recover):
            raise ValueError("a scenario with faults needs expect and recover")
        if not breaks and not self.alarms:
            raise ValueError("a scenario needs faults, or negative controls (alarms)")
        if breaks and self.alarms:
            raise ValueError("negative controls (alarms) are for a scenario without faults")
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if not self.causes:
            _check_fit(self)
        return self


def _check_fit(scenario: Scenario) -> None:
    _check_trigger(scenario)
    _check_browser(scenario)
    _check_remedies(scenario)


def _check_browser(scenario: Scenario) -> None:
    if scenario.browser_memory_mb and not scenario.load.browsers:
        raise ValueError("browser_memory_mb: nobody has a browser; add `browsers: 1` to `load`")


def _check_trigger(scenario: Scenario) -> None:
    if scenario.breaks != (scenario.trigger is not None):
        raise ValueError("`trigger` says what changes at the onset: it stands where something breaks")
    is_load = scenario.trigger is Trigger.LOAD
    if is_load and (scenario.faults or not scenario.load.rush):
        raise ValueError("trigger: load: what is broken stands under `before`, and `load.rush` brings it out")
    is_set = scenario.browser_memory_mb is not None or any(outage.setting for outage in scenario.outages)
    if scenario.trigger is Trigger.SETTING and not is_set:
        raise ValueError(
            "trigger: setting: no fault gives a program another; `browser_memory_mb` does, or an outage's `setting`"
        )


def _check_remedies(scenario: Scenario) -> None:
    if scenario.outages and scenario.remedies:
        raise ValueError("remedies are for flags: an outage ends when the program is back")
    if scenario.browser_memory_mb and scenario.remedies:
        raise ValueError("remedies are for flags: the browser has its memory back when the fault is cleared")
    _check_symptoms(scenario)
    _check_ends(scenario)
    _check_pairs(scenario)


def _check_ends(scenario: Scenario) -> None:
    faults = {fault.flag for fault in scenario.flags}
    for remedy in scenario.remedies:
        if (remedy.flag in faults) != (remedy.lasts is not None):
            raise ValueError(f"remedy {remedy.flag}: `lasts` is for a fault's own flag, and needed there")
        if remedy.lasts is not None and remedy.lasts >= remedy.within:
            raise ValueError(f"remedy {remedy.flag}: ends after {remedy.lasts:g} s, so cannot heal within that time")


def _check_pairs(scenario: Scenario) -> None:
    alone = {remedy.flag for remedy in scenario.remedies if remedy.beside is None}
    for remedy in scenario.remedies:
        others = sorted(alone - {remedy.flag})
        if remedy.beside is not None and remedy.beside not in others:
            raise ValueError(f"beside: {remedy.beside!r} is no other remedy; there are: {', '.join(others) or 'none'}")


def _check_symptoms(scenario: Scenario) -> None:
    known = [check.id for check in scenario.expect.checks if check.only is None]
    for remedy in scenario.remedies:
        if remedy.symptom not in known:
            raise ValueError(f"symptom {remedy.symptom!r} is not in expect; its ids: {', '.join(known)}")
        marks = [check.id for check in scenario.tells.checks]
        if unknown := [each for each in remedy.still if each not in marks]:
            raise ValueError(f"still: {unknown[0]!r} is not in tells; its ids: {', '.join(marks)}")
