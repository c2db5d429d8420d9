"""`/mcp` at a lab: who may ask, and what it costs a lab that nobody asks."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.unit.mystery.fakes import FakeLoad
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.lab.api import Lab, create_api
from whodunit.lab.target import LiteTarget
from whodunit.mcp import route
from whodunit.mystery.gate import GuardedFaults

pytestmark = pytest.mark.anyio

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "overview", "arguments": {}}}
ACCEPTED = {"Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def _nothing(_app: Starlette) -> AsyncIterator[None]:
    yield


class _Open:
    is_sealed = False


def lab_with(folder: Path, *, token: str | None = None) -> httpx.AsyncClient:
    """A lab in whose state folder no shop runs."""

    async def ready() -> bool:
        return True

    async def status() -> Any:
        return {}

    home = Home(folder)
    tools = route.routes(lambda: LiteTarget(home))
    lab = Lab(
        mode="lite",
        status=status,
        ready=ready,
        faults=GuardedFaults(FaultBoard(home), _Open()),
        load=FakeLoad(),
        alerts=dict,
        audit=lambda _: {},
        forget=lambda: None,
        shutdown=lambda: None,
        token=token,
        more=tools,
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(create_api(lab, _nothing)), base_url="http://127.0.0.1:8070", headers=ACCEPTED
    )


async def test_a_tool_answers_in_one_document(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as http:
        answer = await http.post("/mcp", json=CALL)
    result = answer.json()["result"]
    assert result["isError"]
    assert result["content"][0]["text"].endswith("The shop is not running. Start it: whodunit up")


async def test_an_open_lab_asks_for_its_token(tmp_path: Path) -> None:
    async with lab_with(tmp_path, token="sesame") as http:
        refused = await http.post("/mcp", json=CALL)
        assert (refused.status_code, refused.json()["hint"]) == (
            401,
            "The leader's token is needed: export WHODUNIT_TOKEN=…",
        )
        let_in = {"Authorization": "Bearer sesame", "Host": "workshop.example"}
        assert (await http.post("/mcp", json=CALL, headers=let_in)).status_code == 200


@pytest.mark.parametrize("header", [{"Host": "rebound.example"}, {"Origin": "http://rebound.example"}])
async def test_a_page_of_another_host_is_refused(tmp_path: Path, header: dict[str, str]) -> None:
    async with lab_with(tmp_path) as http:
        assert (await http.post("/mcp", json=CALL, headers=header)).status_code == 403


async def test_there_is_no_stream_to_listen_to(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as http:
        refused = await http.get("/mcp")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_without_the_extra_there_is_no_route(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whodunit.mcp.SDK", "no_such_package")
    async with lab_with(tmp_path) as http:
        assert (await http.post("/mcp", json=CALL)).status_code == 404


@pytest.mark.process
@pytest.mark.parametrize("program", ["whodunit.entry.lite_lab", "whodunit.entry.replay", "whodunit.entry.stack_lab"])
def test_a_lab_that_nobody_asks_does_not_load_the_sdk(program: str) -> None:
    code = f"import sys, {program}; print([name for name in sys.modules if name.split('.')[0] in ('mcp', 'mcp_types')])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
