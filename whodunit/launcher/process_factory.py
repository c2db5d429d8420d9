"""The port through which the supervisor creates processes."""

from collections.abc import Sequence
from typing import Protocol

from whodunit.launcher.program import Program


class ProcessFactoryError(Exception):
    """A process could not be created."""


class ProcessFactory(Protocol):
    """Creates processes and reports when they end."""

    @property
    def pid(self) -> int | None:
        """The id of the process that the others are forked from, if there is one."""
        ...

    async def prepare(self, modules: Sequence[str]) -> list[str]:
        """Import what the programs share; returns what went wrong."""
        ...

    async def start(self, program: Program) -> int:
        """Start `program` and return its process id; raises ProcessFactoryError."""
        ...

    async def ended(self, pid: int) -> int | None:
        """Wait for the end of a process; returns its exit code: negative for a signal, None when unknown."""
        ...

    def ask_to_stop(self, pid: int) -> None:
        """Ask a process for an orderly end."""
        ...

    async def close(self) -> None:
        """End the processes that still run."""
        ...
