"""The checks of each phase of a run, and how long they may take."""

from typing import Self

from pydantic import Field, model_validator

from whodunit.incident.evidence import Evidence
from whodunit.strict_yaml.quantities import Duration


class Settled(Evidence):
    """Checks that must all hold together, for `sustained`, before `within` is over."""

    within: Duration = 60.0
    sustained: Duration = 5.0

    @model_validator(mode="after")
    def _has_one_deadline(self) -> Self:
        late = [check.id for check in self.checks if check.within is not None]
        if late:
            raise ValueError(f"the section has the deadline: remove `within` from {', '.join(late)}")
        if not any(check.only is None for check in self.checks):
            raise ValueError("needs at least one check that every target can answer")
        return self


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


class Remedy(Settled):
    """A flag that heals while the fault is still on, and the checks that show it."""

    flag: str
    variant: str = "on"
    title: str
    symptom: str = Field(description="Id of the expected check that must be seen before the remedy is applied")
    lasts: Duration | None = Field(
        None, description="When the flag ends by itself; only for a fault's own flag, whose end is the remedy"
    )
