"""What becomes of a question that gets no answer: it is asked again at once, or later, or for a while not at all."""

import asyncio
import random
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

from kit.circuits import Circuits
from kit.errors import GatewayTimeout, Unavailable

FAILURES = 5
CLOSED_AGAIN_S = 5.0
FIRST_WAIT_S = 0.2


def _is_an_answer(error: BaseException) -> bool:
    """True of what says nothing against the nodes: an answer that is a refusal."""
    return not isinstance(error, (GatewayTimeout, Unavailable))


class Insistence(Protocol):
    """How nodes are asked again."""

    def circuit(self, kind: str) -> AbstractAsyncContextManager[None]:
        """Within it a question of this kind is asked; raises CircuitOpen when none is to be."""
        ...

    async def pause(self, number: int) -> None:
        """Wait before the retry of this number, from 0."""
        ...


class CircuitOpen(Unavailable):
    """Questions of this kind have failed lately, and are left for a while."""


class AtOnce:
    """Again, without any wait."""

    def circuit(self, _: str) -> AbstractAsyncContextManager[None]:
        """Always."""
        return nullcontext()

    async def pause(self, _: int) -> None:
        """No time."""


class Breaker:
    """Leaves a kind of question alone once five have failed, and waits ever longer, by chance, before a retry.

    A kind is a home and a sort of customers: companies' questions must not stand for those of everybody else there.
    """

    def __init__(self) -> None:
        self._circuits = Circuits(FAILURES, CLOSED_AGAIN_S, is_no_failure=_is_an_answer, refusal=_left_alone)

    def circuit(self, kind: str) -> AbstractAsyncContextManager[None]:
        """Not for some seconds after five failures."""
        return self._circuits.circuit(kind)

    async def pause(self, number: int) -> None:
        """Up to twice as long as before the one before."""
        await asyncio.sleep(random.uniform(0, FIRST_WAIT_S * 2**number))


def _left_alone() -> CircuitOpen:
    return CircuitOpen("Such histories could not be read lately, and are left for a moment.")
