"""A user service beside the real credential store and token service, joined in process, any of which can fail."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.database.app import create_app as create_database
from services.database.settings import Settings as DatabaseSettings
from services.token.app import create_app as create_token
from services.token.settings import Settings as TokenSettings
from services.user.app import create_app
from services.user.settings import Settings
from tests.databases import DatabaseUrl

DATABASE_PORT, TOKEN_PORT, BREACHES_PORT = 8086, 8087, 8083
BREACHED_SUFFIX = "F3BACCF72B9471D3FB3E082E42726E60E5B"
"""How the SHA-1 of "analytical engine" goes on after 13653."""

Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Peers(httpx.AsyncBaseTransport):
    """The network: each port leads to a service."""

    def __init__(self) -> None:
        self.answers: dict[int | None, Answer] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.answers[request.url.port](request)

    def fails(self, port: int, status: int) -> None:
        """From now on the service there answers with this status and nothing else."""

        async def answer(_: httpx.Request) -> httpx.Response:
            return httpx.Response(status)

        self.answers[port] = answer

    def raises(self, port: int, error: type[httpx.TransportError]) -> None:
        """From now on the service there cannot be talked to."""

        async def answer(request: httpx.Request) -> httpx.Response:
            raise error("no", request=request)

        self.answers[port] = answer


async def breached(_: httpx.Request) -> httpx.Response:
    """The external peer knows one password, whatever the range."""
    return httpx.Response(200, json={"suffixes": [BREACHED_SUFFIX]})


@pytest.fixture
def peers() -> Peers:
    """The network."""
    return Peers()


@pytest.fixture
async def client(database_url: DatabaseUrl, peers: Peers) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the user service in process."""
    platform = Platform(variants=FixedVariants(), transport=peers)
    database = create_database(DatabaseSettings(database_url=database_url("database")), platform)
    token = create_token(TokenSettings(database_url=database_url("token")), platform)
    user = create_app(Settings(), platform)
    peers.answers[DATABASE_PORT] = httpx.ASGITransport(database).handle_async_request
    peers.answers[TOKEN_PORT] = httpx.ASGITransport(token).handle_async_request
    peers.answers[BREACHES_PORT] = breached
    async with AsyncExitStack() as started:
        for app in (database, token, user):
            await started.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(user)
        yield await started.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://t"))
