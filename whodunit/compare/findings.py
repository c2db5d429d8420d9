"""The answer to "what changed?": findings, ranked, and the series that were too short to be judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["metric", "log", "edge", "operation", "statement", "release", "load"]
"""`edge` is calls from one component to another, `operation` the own time of a service, without that of its callees."""

FEWEST_POINTS = 10
"""A series with fewer points in either window is refused."""


@dataclass(frozen=True)
class Finding:
    """One change.

    `component` is the service, job or peer that it is seen at; of an edge, the one that is called. `before` and `after`
    are numbers in `unit`, or text (of a release, its version), None where there is nothing. `effect` is between -1 and
    1: Cliff's delta, or for what came or went the share that it has; positive for more. `q` is the p-value of the test,
    corrected for everything that was asked; None where no test is needed. `first_seen` is the first moment of the
    deviation. `evidence_id` is text that can be cited in an answer to a mystery; empty where nothing can be cited.
    """

    kind: Kind
    component: str
    name: str
    before: float | str | None
    after: float | str | None
    effect: float
    q: float | None
    first_seen: datetime | None
    evidence_id: str
    unit: str = ""


@dataclass(frozen=True)
class Refused:
    """A series that cannot be judged: fewer than `FEWEST_POINTS` points in a window."""

    kind: Kind
    component: str
    name: str
    points_before: int
    points_after: int


@dataclass(frozen=True)
class Comparison:
    """The changes, those nearest to a cause first, what was refused, and how much was asked.

    `asked` is the number of series that were tested, for which `q` is corrected; `query` are the queries behind it.
    `is_all` is False where a window holds more spans or log lines than its backend gives.
    """

    findings: Sequence[Finding]
    refused: Sequence[Refused]
    asked: int = 0
    query: str = ""
    is_all: bool = True

    @property
    def components(self) -> list[str]:
        """The components that changed, each at the place of its first finding."""
        return list(dict.fromkeys(finding.component for finding in self.findings))
