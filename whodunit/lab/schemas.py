"""The bodies that the lab's API takes."""

from pydantic import BaseModel, ConfigDict, Field

from whodunit.faults.flagfile import Schedule

LONGEST_S = 86_400
DEFAULT_S = 600
LONGEST_SETTLING_S = 120


class Activation(BaseModel):
    """`PUT /faults/{flag}`: a variant, for a number of seconds; with a schedule it comes and goes meanwhile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str
    seconds: float = Field(DEFAULT_S, gt=0, le=LONGEST_S)
    schedule: Schedule | None = None


class Report(BaseModel):
    """`POST /reports`: how many more requests met a variant in one service."""

    model_config = ConfigDict(frozen=True)

    service: str
    flag: str
    variant: str
    affected: int = Field(ge=0)


class Settling(BaseModel):
    """`GET /audit`: how many seconds to wait for orders in processing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    settle: float = Field(0, ge=0, le=LONGEST_SETTLING_S)
