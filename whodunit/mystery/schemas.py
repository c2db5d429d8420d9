"""The request bodies of the routes of a mystery."""

from pydantic import BaseModel, ConfigDict, Field

SHORTEST_MIN, LONGEST_MIN, USUAL_MIN = 3, 55, 15


class HandInKey(BaseModel):
    """The name of a mystery, and the key that seals its hand-in: made by a leader, whose passphrase stays with him."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mystery: str = Field(pattern="^[0-9a-f]{8}$")
    key: str = Field(pattern="^[0-9a-f]{64}$")


class Wanted(BaseModel):
    """`POST /mystery`: which one, for how long, and who may open the hand-in: by a passphrase, or by a class's key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: int | None = Field(None, ge=1, le=3)
    seed: int | None = Field(None, ge=0)
    minutes: float = Field(USUAL_MIN, ge=SHORTEST_MIN, le=LONGEST_MIN)
    leader: str = Field("", max_length=200)
    hand_in: HandInKey | None = None
    keep: bool = Field(False, description="Keep the telemetry recorded so far")


class Mitigating(BaseModel):
    """`POST /mystery/mitigations`: what to put in force, in place of what was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str = Field(max_length=60)
    service: str = Field(max_length=60)
