"""The release that looks token up by its name."""

import httpx
import pytest

from kit.platform import Platform
from kit.variants import FixedVariants
from services.user.app import create_app
from services.user.settings import Settings
from services.user.variants import HOST, named
from tests.unit.user.conftest import TOKEN_PORT, Peers
from tests.unit.user.test_api import SHOPPER, post

pytestmark = pytest.mark.anyio

BY_NAME = FixedVariants(user_deployment="by-name")


@pytest.mark.parametrize(
    ("url", "at_its_name"),
    [
        ("http://127.0.0.1:8087", f"http://{HOST}:8087"),
        ("https://token", f"https://{HOST}"),
        ("http://[::1]:8087/v2", f"http://{HOST}:8087/v2"),
    ],
)
def test_a_host_is_replaced_and_nothing_else(url: str, at_its_name: str) -> None:
    assert named(url, HOST) == at_its_name


async def hosts_asked(settings: Settings, peers: Peers, client: httpx.AsyncClient) -> list[str]:
    """At which hosts a login asks for tokens; `client` has the peers started."""
    issue, asked = peers.answers[TOKEN_PORT], list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return await issue(request)

    peers.answers[TOKEN_PORT] = answer
    app = create_app(settings, Platform(variants=BY_NAME, transport=peers))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=client.base_url) as user:
        assert (await post(user, "/sessions", SHOPPER))[0] == 200
    return asked


async def test_token_is_asked_at_its_name(client: httpx.AsyncClient, peers: Peers) -> None:
    assert await hosts_asked(Settings(name_server="127.0.0.1:8053"), peers, client) == [HOST]


async def test_without_a_name_server_it_says_so_and_asks_at_the_address(
    client: httpx.AsyncClient, peers: Peers, caplog: pytest.LogCaptureFixture
) -> None:
    assert await hosts_asked(Settings(), peers, client) == ["127.0.0.1"]
    assert [each.message for each in caplog.records if "set NAME_SERVER to HOST:PORT" in each.message]
