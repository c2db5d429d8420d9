"""The way into a student's lab: nothing without its token, nothing that is the leader's with it."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from whodunit.home import Home
from whodunit.hosting import entrance
from whodunit.hosting.entrance import Entrance, Way, guarded

pytestmark = pytest.mark.anyio

TOKEN, ANOTHERS = "k7qf-m2xp-9abc", "k7qf-m2xp-9abd"
METHODS = ["GET", "POST", "PUT", "DELETE"]
PAGE = {"Accept": "text/html"}


async def reached(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


LAB = Starlette(routes=[Route("/{path:path}", reached, methods=METHODS)])


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def network() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(guarded(LAB, TOKEN))
    async with httpx.AsyncClient(transport=transport, base_url="http://class.example.com:18001") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/status", "/healthz", "/traces/abc", "/mystery", "/mcp", "/staticity"])
async def test_nothing_is_read_without_the_token_or_with_another_students(
    network: httpx.AsyncClient, path: str
) -> None:
    assert (await network.get(path)).status_code == 401
    assert (await network.get(path, headers=bearing(ANOTHERS))).status_code == 401
    assert (await network.get(path, headers={"Cookie": f"whodunit-token={ANOTHERS}"})).status_code == 401
    assert (await network.get(path, headers=bearing(TOKEN))).text == "inside"


async def test_a_browser_is_led_to_the_page_that_asks_for_the_token(network: httpx.AsyncClient) -> None:
    answer = await network.get("/traces/abc", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "../token")
    for path in ("/token", "/static/desk.css"):
        assert (await network.get(path, headers=PAGE)).text == "inside"
    network.cookies.set("whodunit-token", TOKEN)
    assert (await network.get("/traces/abc", headers=PAGE)).text == "inside"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/shutdown"),
        ("POST", "/classroom"),
        ("POST", "/classroom/attendance"),
        ("DELETE", "/classroom/attendance"),
        ("POST", "/class/open"),
        ("POST", "/reports"),
        ("POST", "/reports/jobs/backup"),
    ],
)
async def test_what_is_the_leaders_is_refused_with_the_token_too(
    network: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await network.request(method, path, headers=bearing(TOKEN))
    assert (answer.status_code, answer.json()["detail"]) == (403, "The leader of the class does this for all.")


@pytest.mark.parametrize(("method", "path"), [("GET", "/classroom"), ("POST", "/mystery/answer"), ("PUT", "/load")])
async def test_a_student_plays(network: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await network.request(method, path, headers=bearing(TOKEN))).text == "inside"


def test_a_lab_is_known_by_the_name_that_students_type(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert Entrance(home).names == frozenset()
    entrance.keep(home, Way(listen="0.0.0.0", port=18001, name="class.example.com", token=TOKEN))
    assert Entrance(home).names == {"class.example.com"}
    assert home.entrance_file.stat().st_mode & 0o777 == 0o600


def test_tokens_are_made_anew_for_each() -> None:
    assert len({entrance.new_token() for _ in range(100)}) == 100


@pytest.mark.process
async def test_it_listens_where_the_file_says_until_it_is_closed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    opened = opened_at(tmp_path, port)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/status", headers=bearing(TOKEN))).text == "inside"
        await opened.close()
        with pytest.raises(httpx.ConnectError):
            await client.get("/status")


@pytest.mark.process
async def test_where_another_program_listens_the_lab_says_so_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        await opened_at(tmp_path, port).close()
    assert f"Cannot listen on 127.0.0.1, port {port}" in caplog.text


def opened_at(folder: Path, port: int) -> Entrance:
    entrance.keep(Home(folder), Way(listen="127.0.0.1", port=port, token=TOKEN))
    found = Entrance(Home(folder))
    found.open(LAB)
    return found
