"""Runs other programs for the doctor and for the reset."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Ran:
    """The result of a program; `code` is None when there is no such program or it did not end in time."""

    code: int | None
    out: str
    err: str = ""

    @property
    def ok(self) -> bool:
        """True if it exited with 0."""
        return self.code == 0

    @property
    def last_words(self) -> str:
        """The last line of its output, errors last."""
        lines = [line.strip() for line in f"{self.out}\n{self.err}".splitlines() if line.strip()]
        return lines[-1] if lines else "no output"


class Shell(Protocol):
    """Runs a program to its end."""

    def __call__(self, arguments: Sequence[str], within_s: float = 15.0) -> Ran:
        """Never raises."""
        ...


def run(arguments: Sequence[str], within_s: float = 15.0, variables: Mapping[str, str] | None = None) -> Ran:
    """The `Shell` of this machine; `variables` are added to the environment."""
    try:
        done = subprocess.run(  # noqa: S603  arguments of our own
            list(arguments),
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
            stdin=subprocess.DEVNULL,
            env=os.environ | (variables or {}),
        )
    except OSError as error:
        return Ran(None, "", str(error))
    except subprocess.TimeoutExpired:
        return Ran(None, "", f"no answer within {within_s:.0f} s")
    return Ran(done.returncode, done.stdout, done.stderr)
