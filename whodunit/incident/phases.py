"""The checks of each phase of a run, and how long they may take."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.incident.evidence import Evidence
from whodunit.incident.metric_check import UnchangedMetric
from whodunit.strict_yaml.quantities import Duration, Strict


class Settled(Evidence):
    """Checks that must all hold together, for `sustained`, before `within` is over."""

    within: Duration = 60.0
    sustained: Duration = 5.0

    @model_validator(mode="after")
    def _has_one_deadline(self) -> Self:
        late = [check.id for check in self.checks if check.within is not None]
        if late:
            raise ValueError(f"the section has the deadline: remove `within` from {', '.join(late)}")
        self._check_is_answerable()
        return self

    def _check_is_answerable(self) -> None:
        if not any(check.only is None for check in self.checks):
            raise ValueError("needs at least one check that every target can answer")


class Expected(Evidence):
    """Symptoms: each must hold once, before its own deadline."""

    within: Duration = Field(60.0, description="Deadline of the checks that state none")


class Quiet(Evidence):
    """Checks that must hold all the while the symptoms are awaited."""

    @model_validator(mode="after")
    def _has_no_deadline(self) -> Self:
        late = [check.id for check in self.checks if check.within is not None]
        if late:
            raise ValueError(f"quiet holds throughout: remove `within` from {', '.join(late)}")
        return self


class Tells(Evidence):
    """Marks of the cause: true of this one and false of its siblings, felt by nobody, and maybe there all along.

    Each must hold once before the deadline of the symptoms; none is looked for before the onset.
    """


class Unchanged(Strict):
    """Numbers that the onset leaves as they were: what did not change is as telling as what did."""

    metrics: list[UnchangedMetric] = Field(default_factory=list)


class Remedy(Settled):
    """A flag that is put in force while the fault is still on, and the checks that show what comes of it."""

    flag: str
    variant: str = "on"
    title: str
    beside: str | None = Field(None, description="Flag of another remedy that is put in force with it")
    symptom: str = Field(description="Id of the expected check that must be seen before the remedy is applied")
    effect: Literal["repairs", "hides", "nothing"] = Field(
        "repairs",
        description="`hides`: the symptoms go, the cause stays; `nothing`: the symptom is still there after `within`",
    )
    still: list[str] = Field(default_factory=list, description="Ids under `tells` that hold although it `hides`")
    lasts: Duration | None = Field(
        None, description="When the flag ends by itself; only for a fault's own flag, whose end is the remedy"
    )

    @property
    def in_force(self) -> Mapping[str, str]:
        """The variants that it puts in force, by flag."""
        return {self.flag: self.variant} | ({self.beside: "on"} if self.beside else {})

    @property
    def heals(self) -> bool:
        """True if it ends its symptom alone."""
        return self.effect != "nothing" and self.beside is None

    @model_validator(mode="after")
    def _shows_its_effect(self) -> Self:
        if (self.effect == "hides") != bool(self.still):
            raise ValueError("`still` names what holds although the remedy hides the symptoms: for `effect: hides`")
        return self

    def _check_is_answerable(self) -> None:
        if self.effect == "nothing":
            if self.checks:
                raise ValueError("`effect: nothing` is shown by its symptom: remove the checks")
        else:
            super()._check_is_answerable()
