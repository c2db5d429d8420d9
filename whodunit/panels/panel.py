"""A panel of lines over time, as a page shows it whatever the backend is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from whodunit.telemetry.questions import MetricQuery


class Unit(StrEnum):
    """The unit of all lines of a panel."""

    SECONDS = "s"
    BYTES = "By"
    SHARE = "1"
    REQUESTS = "{request}/s"
    EVENTS = "{event}/s"
    THINGS = "{thing}"


@dataclass(frozen=True)
class Line:
    """A question, asked once for each combination of the attributes `by`, which `legend` names in braces.

    `exemplars`: points of the line lead to traces.
    """

    query: MetricQuery
    legend: str
    by: Sequence[str] = ()
    exemplars: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines over time in one unit, with a dashed one at `limit`."""

    title: str
    description: str
    unit: Unit
    lines: Sequence[Line]
    limit: float | None = None
    stacked: bool = False
