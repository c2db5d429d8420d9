"""What lies after a window that ends now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Group, RenderableType
from rich.text import Text

from whodunit.telemetry.questions import Window
from whodunit.views.clock_time import with_date

FAR = timedelta(days=28)
"""So far ahead is looked."""

UNDER_WAY = timedelta(seconds=5)
"""What was recorded while the question was asked is nothing strange."""


@dataclass(frozen=True)
class Later:
    """So many of something, as it is `said`; `example` is when one of them was."""

    count: int = 0
    said: str = ""
    example: datetime | None = None

    def told_after(self, drawn: RenderableType) -> RenderableType:
        """The view, and the word on what it cannot show."""
        if not self.count:
            return drawn
        such = f", such as at {with_date(self.example)}" if self.example else ""
        said = f"Later than now: {self.said}{such}. A sender's clock is ahead."
        return Group(drawn, Text(said, style="yellow"))


def ahead(now: datetime) -> Window:
    """The time in which nothing can have been recorded by a clock that is right."""
    return Window(now + UNDER_WAY, now + FAR)
