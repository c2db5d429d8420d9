"""Tasks beside the requests, and their end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

CANCEL_AGAIN_S = 1.0


@asynccontextmanager
async def background(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do `work` beside the requests until the end."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        await end(tasks)


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended, however.

    Again after a second: before Python 3.12 `asyncio.wait_for`, with which SQLAlchemy waits for a connection, loses a
    cancellation that arrives together with what it waits for, and a loop then goes on for ever.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
