"""The request bodies of the routes of a mystery."""

from pydantic import BaseModel, ConfigDict, Field

from whodunit.errors import WrongUseError

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
    until_s: float | None = Field(
        None, description="Seconds since 1970: it ends then, in place of `minutes`, and takes no answer afterwards"
    )
    leader: str = Field("", max_length=200)
    hand_in: HandInKey | None = None
    keep: bool = Field(False, description="Keep the telemetry recorded so far")

    def lasting(self, from_s: float) -> "Wanted":
        """The same with its minutes, if its clock starts at `from_s`; raises WrongUseError for too few or too many."""
        if self.until_s is None:
            return self
        minutes = (self.until_s - from_s) / 60
        if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
            told = f"Until then there are {round(minutes, 1):g} minutes." if minutes > 0 else "That moment is over."
            raise WrongUseError(told, f"A mystery lasts {SHORTEST_MIN} to {LONGEST_MIN} minutes: --until 14:30")
        return self.model_copy(update={"minutes": minutes})


class Mitigating(BaseModel):
    """`POST /mystery/mitigations`: what to put in force, in place of what was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str = Field(max_length=60)
    service: str = Field(max_length=60)
