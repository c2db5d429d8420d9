"""The terminal, as every command writes to it."""

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from whodunit.legible import STEERING, legible


class Screen(Console):
    """A console on which text from outside is text, whatever characters are in it."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of `renderable`; they keep their widths, for what is left out had none."""
        for segment in super().render(renderable, options):
            is_steered = segment.control is None and STEERING.search(segment.text)
            yield Segment(legible(segment.text), segment.style) if is_steered else segment
