"""The kind of shop that the command line names, if it names one."""

from contextvars import ContextVar
from enum import StrEnum


class Kind(StrEnum):
    """The two ways to run the shop."""

    LITE = "lite"
    STACK = "stack"


WANTED: ContextVar[Kind | None] = ContextVar("wanted", default=None)
"""The value of `--target`."""
