"""The model of `truth.yaml`, the solution. Nothing that runs or verifies a scenario reads it."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.strict_yaml.quantities import Duration, Strict


class Reason(StrEnum):
    """The closed vocabulary of causes; an answer form offers all of them."""

    CONNECTION_HELD_ACROSS_CALL = "connection-held-across-call"
    CONNECTION_LEAK = "connection-leak"
    POOL_CUT = "pool-cut"
    SLOW_DEPENDENCY = "slow-dependency"
    DEPENDENCY_DOWN = "dependency-down"
    SLOW_QUERY = "slow-query"
    CPU_SATURATION = "cpu-saturation"
    MEMORY_LEAK = "memory-leak"
    RETRY_STORM = "retry-storm"
    BAD_DEPLOYMENT = "bad-deployment"
    FEATURE_FLAG = "feature-flag"
    NETWORK = "network"
    NOTHING_WRONG = "nothing-wrong"


class Onset(Strict):
    """The start of the trouble, in seconds after the fault is put in force, and how exact an answer must be."""

    after: Duration
    tolerance: Duration


class Step(Strict):
    """One link of the chain from the cause to the symptom."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    effect: str


class Synonyms(Strict):
    """Other words that are accepted."""

    component: list[str] = Field(default_factory=list)
    reason: list[str] = Field(default_factory=list)


class Question(Strict):
    """One field of the answer form; weights add up to 100."""

    field: Literal["component", "reason", "onset", "propagation", "evidence", "mitigation"]
    asks: str
    weight: int = Field(ge=1, le=100)


class CauseTruth(Strict):
    """The differences for another cause of the same face."""

    component: str | None = None
    reason: Reason | None = Field(None, strict=False)
    explanation: str | None = Field(None, min_length=20)
    onset: Onset | None = None
    propagation: list[Step] | None = None
    synonyms: Synonyms | None = None


class Truth(Strict):
    """The cause, and how an answer is graded."""

    schema_version: Literal[1]
    component: str | None = Field(description="The service at fault; null when nothing is wrong")
    reason: Reason = Field(strict=False)
    explanation: str = Field(min_length=20)
    onset: Onset | None = None
    propagation: list[Step] = Field(default_factory=list)
    synonyms: Synonyms = Synonyms()
    answer: list[Question] = Field(min_length=1)
    causes: dict[str, CauseTruth] = Field(default_factory=dict, description="What differs, by cause of the face")

    def of_cause(self, name: str | None) -> "Truth":
        """The truth about one cause; raises KeyError."""
        differs = self.causes[name] if name else CauseTruth()
        update = {field: getattr(differs, field) for field in differs.model_fields_set}
        return self.model_copy(update=update | {"causes": {}})

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        total = sum(question.weight for question in self.answer)
        if total != 100:
            raise ValueError(f"the weights of the answer form add up to {total}, not 100")
        return self
