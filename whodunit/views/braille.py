"""Lines drawn with braille dots: two by four of them in each cell."""

from collections.abc import Sequence

from rich.text import Text

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row, then column, within a cell
_EMPTY = 0x2800

Dot = tuple[int, int]


class Canvas:
    """A grid of cells; dots count from the lower left. A cell has the style of the last line through it."""

    def __init__(self, width: int, height: int) -> None:
        self.columns, self.rows = 2 * width, 4 * height
        self._cells = [[_EMPTY] * width for _ in range(height)]
        self._styles = [["default"] * width for _ in range(height)]

    def dot(self, x: int, y: int, style: str) -> None:
        """Set one dot."""
        row, column = (self.rows - 1 - y) // 4, x // 2
        self._cells[row][column] |= _DOTS[(self.rows - 1 - y) % 4][x % 2]
        self._styles[row][column] = style

    def line(self, start: Dot, end: Dot, style: str) -> None:
        """Set the dots between two dots, both included."""
        (x, y), (to_x, to_y) = start, end
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(steps + 1):
            self.dot(x + round((to_x - x) * step / steps), y + round((to_y - y) * step / steps), style)

    def lines(self) -> list[Text]:
        """The rows from the top."""
        return [
            Text.assemble(*((chr(cell), style) for cell, style in zip(cells, styles, strict=True)))
            for cells, styles in zip(self._cells, self._styles, strict=True)
        ]

    def path(self, dots: Sequence[Dot | None], style: str) -> None:
        """Join neighbouring dots; None is a gap."""
        for before, dot in zip([None, *dots], dots, strict=False):
            if dot is not None:
                self.line(before or dot, dot, style)
