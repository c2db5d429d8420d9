"""A player's answer: the form, as a file or in a request."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from whodunit.strict_yaml.quantities import Strict
from whodunit.telemetry.citation import Citation

MOST_EVIDENCE = 3


class Answer(Strict):
    """Component, reason, onset, spread, evidence and mitigation. A field that is left out earns nothing."""

    component: str = Field("", max_length=200, description="The service at fault")
    reason: str = Field("", max_length=200, description="The cause, in a word of the vocabulary")
    second_component: str = Field("", max_length=200, description="Another service at fault, if there are two causes")
    second_reason: str = Field("", max_length=200, description="The other cause")
    onset: AwareDatetime | None = Field(None, strict=False, description="When the trouble began")
    propagation: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list, max_length=30, description="Every service that suffers"
    )
    evidence: list[Citation] = Field(
        default_factory=list, max_length=MOST_EVIDENCE, description="What shows this cause and no other"
    )
    mitigation: str = Field("", max_length=100, description="The mitigation that ends it while the cause is there")
    disproof: str = Field("", max_length=500, description="What would have disproved it; the teacher reads it")
    player: str = Field("", max_length=200, description="The player's name")

    @property
    def onset_s(self) -> float | None:
        """Seconds since 1970."""
        return self.onset.timestamp() if isinstance(self.onset, datetime) else None


def words(text: str) -> str:
    """A name without case, hyphens and other signs, for comparison."""
    return " ".join("".join(each if each.isalnum() else " " for each in text.casefold()).split())
