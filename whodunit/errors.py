"""The lab's own errors, each with what to do next.

LabError            could not run (exit code 3)
└── WrongUseError        the command or its input is wrong (exit code 2)
"""

import sys
from typing import ClassVar

from whodunit.legible import legible

WRONG_USE = 2
COULD_NOT_RUN = 3


class LabError(Exception):
    """An error that the user can act on: what happened, and what to do next."""

    default_exit_code: ClassVar[int] = COULD_NOT_RUN

    def __init__(self, message: str, hint: str, exit_code: int | None = None) -> None:
        """`exit_code` is 2 for wrong use and 3 when it could not run."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = self.default_exit_code if exit_code is None else exit_code


class WrongUseError(LabError):
    """The command or its input asks for something that does not exist or makes no sense."""

    default_exit_code: ClassVar[int] = WRONG_USE


def report(error: LabError) -> None:
    """Write two lines to standard error: what happened, what to do next."""
    sys.stderr.write(legible(f"{error.message}\n{error.hint}\n"))
