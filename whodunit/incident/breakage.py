"""Faults of a run: flags, a program of the stack that is away, or less memory for the browser of visitors."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from whodunit.faults import flagfile
from whodunit.strict_yaml.quantities import Duration, Strict


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
        """The schedule as the lab takes it."""
        return flagfile.Schedule(int(self.schedule.every), int(self.schedule.lasts)) if self.schedule else None

    @property
    def label(self) -> str:
        """The flag and its variant, as `flag=variant`."""
        return f"{self.flag}={self.variant}"


class Outage(Strict):
    """A program of the stack that is away, or runs with another setting, for a while, and comes back by itself."""

    outage: Literal["otel-collector"]
    setting: str = Field(
        "",
        pattern="^([A-Z_]+=.+)?$",
        description="A variable of docker-compose.yml and its value, with which the program runs instead of being away",
    )
    lasts: Duration = 60.0

    @property
    def label(self) -> str:
        """The program, as `otel-collector away`, or its setting."""
        return f"{self.outage} with {self.setting}" if self.setting else f"{self.outage} away"


class BrowserMemory(Strict):
    """The load generator is started anew, with this much memory for its browser, until the fault is cleared."""

    browser_memory_mb: int = Field(ge=100, le=8000)

    @property
    def label(self) -> str:
        """The setting, as `load-generator with browser_memory_mb=200`."""
        return f"load-generator with browser_memory_mb={self.browser_memory_mb}"


def _kind(fault: object) -> str:
    keys = fault if isinstance(fault, dict) else getattr(fault, "__dict__", {})
    return next((kind.__name__ for key, kind in _BY_KEY.items() if key in keys), Fault.__name__)


_BY_KEY: Mapping[str, type[Strict]] = {"outage": Outage, "browser_memory_mb": BrowserMemory}

Breakage = Annotated[
    Annotated[Fault, Tag(Fault.__name__)]
    | Annotated[Outage, Tag(Outage.__name__)]
    | Annotated[BrowserMemory, Tag(BrowserMemory.__name__)],
    Discriminator(_kind),
]
"""Something that breaks: a flag, on the stack an outage, or, where Chromium is, the browser of visitors."""
