"""Where processes come from, as the supervisor sees it."""

from collections.abc import Sequence
from typing import Protocol

from whodunit.launcher.program import Program


class NurseryError(Exception):
    """A process could not be made."""


class Nursery(Protocol):
    """Makes processes and tells when they end."""

    @property
    def pid(self) -> int | None:
        """Of the process that the others are forked from, if there is one."""
        ...

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        """Import what the programs share; returns what went wrong."""
        ...

    async def start(self, program: Program) -> int:
        """Start `program` and return its process id; raises NurseryError."""
        ...

    async def ended(self, pid: int) -> int | None:
        """Wait for the end of a process; its exit code, negative for a signal, None when nobody knows."""
        ...

    def ask_to_stop(self, pid: int) -> None:
        """Ask for an orderly end."""
        ...

    async def close(self) -> None:
        """End what is left."""
        ...
