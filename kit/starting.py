"""A service answers from its first moment: that it is not ready, as long as its database is away."""

import asyncio
import logging
from collections.abc import Callable

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from kit.errors import Unavailable, document

logger = logging.getLogger("shop.start")

ALIVE = "/healthz"


class Starting:
    """`app` with a lifespan that may take its time: everything but `/healthz` is 503 until it has begun.

    `give_up` is called when it cannot begin; `failed` tells so afterwards.
    """

    def __init__(self, app: FastAPI, give_up: Callable[[], None]) -> None:
        self._app = app
        self._give_up = give_up
        self._ready = False
        self._stopping = asyncio.Event()
        self.failed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's own lifespan."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._ready or scope["path"] == ALIVE:
            await self._app(scope, receive, send)
        else:
            answer = document(Unavailable("The service is starting.").body(), Unavailable.headers)
            await answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        running = asyncio.create_task(self._run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stopping.set()
        if not self._ready:
            running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self) -> None:
        try:
            async with self._app.router.lifespan_context(self._app):
                self._ready = True
                await self._stopping.wait()
        except Exception:
            self.failed = True
            logger.exception("The service did not end in order." if self._ready else "The service cannot start.")
            self._give_up()
