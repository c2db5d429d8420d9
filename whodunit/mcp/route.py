"""`/mcp` at a lab: loaded at the first request, so that a lab that no assistant asks is as small as without it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from whodunit.lab.target import Target
from whodunit.mcp import is_installed

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"


def routes(target: Callable[[], Target]) -> list[Route]:
    """The route over the shop that `target` finds; none where the extra `mcp` is not installed."""
    return [Route(PATH, Endpoint(target), methods=["GET", "POST", "DELETE"])] if is_installed() else []


class Endpoint:
    """An ASGI application: the server without sessions, one answer for each request."""

    def __init__(self, target: Callable[[], Target]) -> None:
        self._target = target
        self._opening = asyncio.Lock()
        self._manager: StreamableHTTPSessionManager | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; there is no stream to listen to, and no session to delete."""
        if scope["method"] != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        manager = await self._open()
        await manager.handle_request(scope, receive, send)

    async def _open(self) -> "StreamableHTTPSessionManager":
        async with self._opening:
            if self._manager is None:
                manager = await asyncio.to_thread(self._load)
                serves = asyncio.Event()
                self._serving = asyncio.create_task(_serve(manager, serves))
                await serves.wait()
                self._manager = manager
            return self._manager

    def _load(self) -> "StreamableHTTPSessionManager":
        from mcp.server.transport_security import TransportSecuritySettings  # noqa: PLC0415  most labs never need it

        from whodunit.mcp.server import build  # noqa: PLC0415
        from whodunit.mcp.source import Shops, asking  # noqa: PLC0415

        server = build(asking(Shops(self._target).open))
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the lab's guard does it for all
        server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
        return server.session_manager


async def _serve(manager: "StreamableHTTPSessionManager", serves: asyncio.Event) -> None:
    """Until the lab's loop ends; the manager has to be entered and left by the same task."""
    async with manager.run():
        serves.set()
        await asyncio.Event().wait()
