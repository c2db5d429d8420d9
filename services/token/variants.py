"""Another clock."""

from time import time

AHEAD_S = 120


def ahead() -> float:
    """The clock of a machine on which nothing sets it: two minutes ahead of the others."""
    return time() + AHEAD_S
