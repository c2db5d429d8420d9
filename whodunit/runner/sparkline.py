"""A row of numbers as a row of little bars."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], width: int = 24) -> str:
    """The newest `width` values, from zero to the greatest of them; a gap where there is none."""
    shown = values[-width:]
    top = max((value for value in shown if value is not None), default=0.0)
    return "".join(_bar(value, top) for value in shown)


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return " "
    return BARS[0] if top <= 0 else BARS[min(len(BARS) - 1, int(max(value, 0.0) / top * len(BARS)))]
