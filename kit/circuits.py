"""Circuits: a peer that has failed some times in a row is left alone for a while."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState


class Circuits:
    """A circuit for each name: `failures` in a row open it for `retry_after_s` seconds, and one more at once again."""

    def __init__(
        self,
        failures: int,
        retry_after_s: float,
        *,
        is_no_failure: Callable[[BaseException], bool],
        refusal: Callable[[], Exception],
    ) -> None:
        """An error of which `is_no_failure` is true counts as a success, and a cancelled question as nothing."""
        self._breakers = AsyncCircuitBreakerFactory(failures, retry_after_s, exclude=[(BaseException, is_no_failure)])
        self._refusal = refusal

    @asynccontextmanager
    async def circuit(self, name: str) -> AsyncIterator[None]:
        """Within it a peer is asked; raises the refusal while the circuit is open."""
        async with AsyncExitStack() as asked:
            await self._ask(name, asked)
            try:
                yield
            except asyncio.CancelledError:
                asked.pop_all()  # who has left tells nothing of the peer, neither that it fails nor that it is well
                raise

    async def _ask(self, name: str, asked: AsyncExitStack) -> None:
        breaker = await self._breakers.get_breaker(name)
        try:
            await asked.enter_async_context(breaker)
        except OpenedState:
            raise self._refusal() from None
