"""A token service with a database of its own beside a credential store that does as it is told."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.token.app import create_app
from services.token.settings import Settings
from tests.databases import DatabaseUrl

ADA = {"sub": "7", "name": "Ada", "email_verified": True, "roles": ["shopper"]}


class CredentialStore:
    """Answers what `answer` says."""

    def __init__(self) -> None:
        self.answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json=ADA)
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        return self.answer(request)

    def fails(self, status: int, body: Any = None) -> None:
        """Answer with this status from now on."""
        self.answer = lambda _: httpx.Response(status, json=body)

    def times_out(self) -> None:
        """Never answer from now on."""

        def never(request: httpx.Request) -> httpx.Response:
            raise httpx.ReadTimeout("no answer", request=request)

        self.answer = never


@pytest.fixture
def credential_store() -> CredentialStore:
    """The peer."""
    return CredentialStore()


@pytest.fixture
async def client(database_url: DatabaseUrl, credential_store: CredentialStore) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the service in process."""
    platform = Platform(variants=FixedVariants(), transport=httpx.MockTransport(credential_store))
    app = create_app(Settings(database_url=database_url("token")), platform)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://t") as client:
        yield client
