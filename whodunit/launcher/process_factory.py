"""The port through which the supervisor creates processes."""

import logging
from collections.abc import Sequence
from typing import Protocol

from whodunit.launcher.program import Program

logger = logging.getLogger("whodunit.launcher")


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


async def run_to_end(factory: ProcessFactory, program: Program) -> None:
    """Run a program that ends by itself; how it failed is logged."""
    try:
        code = await factory.ended(await factory.start(program))
        if code:
            logger.warning("%s ended with exit code %s", program.name, code)
    except ProcessFactoryError as error:
        logger.warning("%s cannot be started: %s", program.name, error)
