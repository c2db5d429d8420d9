"""The branches that are drawn before the items of a tree."""

MOST_LEVELS = 10
"""So many levels are drawn; of a deeper item those next to it, after a mark for the rest."""

_LEVEL = 2
_LEFT_OUT = "┄ "


def branch(indent: str, is_last: bool) -> tuple[str, str]:
    """The text before an item at `indent`, and the indent of the items beneath it."""
    corner, below = ("└ ", "  ") if is_last else ("├ ", "│ ")
    return indent + corner, _shortened(indent + below)


def _shortened(indent: str) -> str:
    most = _LEVEL * MOST_LEVELS
    return indent if len(indent) <= most else _LEFT_OUT + indent[-most + _LEVEL :]
