"""The lab's client: what is asked, and errors that say what to do."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.unit.launcher.fakes import lab_over
from whodunit.errors import LabError, WrongUseError
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.lab.client import LabClient


class FakeLab:
    """Answers with what it is told and remembers what it was asked."""

    def __init__(self, status: int = 200, body: Any = None) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self._status, self._body = status, body

    def client(self) -> LabClient:
        return LabClient(httpx.Client(transport=httpx.MockTransport(self._answer), base_url="http://lab"))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, request.url.path, json.loads(request.content or b"null")))
        return httpx.Response(self._status, json=self._body)


def test_each_method_asks_its_route() -> None:
    lab = FakeLab(body={})
    with lab.client() as client:
        client.status()
        client.set_fault("gateway-slow", "slow", 30)
        client.clear_fault("gateway-slow")
        client.clear_fault()
        client.start_load({"users": 2})
        client.stop_load()
        client.shutdown()
    assert lab.asked == [
        ("GET", "/status", None),
        ("PUT", "/faults/gateway-slow", {"variant": "slow", "seconds": 30}),
        ("DELETE", "/faults/gateway-slow", None),
        ("DELETE", "/faults", None),
        ("PUT", "/load", {"users": 2}),
        ("DELETE", "/load", None),
        ("POST", "/shutdown", None),
    ]


def test_a_refusal_carries_the_reason_and_the_hint() -> None:
    problem = {"detail": "There is no flag 'x'.", "hint": "Flags: a, b"}
    with FakeLab(404, problem).client() as client, pytest.raises(WrongUseError) as error:
        client.set_fault("x", "on", 1)
    assert (error.value.message, error.value.hint, error.value.exit_code) == (*problem.values(), 2)


def test_a_failure_of_the_lab_is_not_wrong_use() -> None:
    with FakeLab(500, {}).client() as client, pytest.raises(LabError) as error:
        client.status()
    assert (error.value.exit_code, "500" in error.value.message) == (3, True)


def test_a_lab_that_takes_its_time_is_not_away() -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("60 s", request=request)

    with (
        LabClient(httpx.Client(transport=httpx.MockTransport(slow), base_url="http://lab")) as client,
        pytest.raises(LabError, match="not answered in time"),
    ):
        client.mystery("POST", "/reveal")


def test_another_lab_at_the_same_address_is_not_ours() -> None:
    with FakeLab(body={"pid": 7}).client() as client:
        client.ping(7)
        with pytest.raises(LabError):
            client.ping(8)


class Address:
    """Where one lab answers after the other."""

    def __init__(self, *labs: ASGIApp) -> None:
        self.labs = list(labs)

    def client(self) -> LabClient:
        return LabClient(httpx.Client(transport=httpx.MockTransport(self._answer), base_url="http://127.0.0.1:8070"))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not self.labs:
            raise httpx.ConnectError("refused", request=request)
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.labs[0])) as http:
            answer = await http.request(request.method, request.url, headers=request.headers, content=request.content)
        return httpx.Response(answer.status_code, content=answer.content)


def test_who_holds_on_to_a_lab_touches_no_other(tmp_path: Path) -> None:
    boards = [FaultBoard(Home(tmp_path / name)) for name in ("ours", "theirs")]
    address = Address(*(lab_over(board) for board in boards))
    with address.client() as held, address.client() as newcomer:
        held.pin()
        held.set_fault("gateway-slow", "slow", 30)
        held.is_there()
        del address.labs[0]
        newcomer.set_fault("gateway-slow", "timeout", 30)
        for ask in (held.is_there, held.clear_fault, held.stop_load, lambda: held.start_load({})):
            with pytest.raises(LabError, match="closed meanwhile") as error:
                ask()
            assert error.value.exit_code == 3
        assert {each["variant"] for each in boards[1].state()} == {"off", "timeout"}


def test_a_lab_that_is_held_on_to_and_gone_has_been_closed(tmp_path: Path) -> None:
    address = Address(lab_over(FaultBoard(Home(tmp_path))))
    with address.client() as held:
        held.pin()
        address.labs.clear()
        with pytest.raises(LabError, match="closed meanwhile"):
            held.is_there()


@pytest.mark.parametrize("content", [None, '{"url": "http://127.0.0.1:9", "lab": {"pid": 1}}'])
def test_no_lab_says_how_to_start_it(tmp_path: Path, content: str | None) -> None:
    home = Home(tmp_path)
    if content is not None:
        home.lab_file.write_text(content)
    with pytest.raises(LabError) as error:
        LabClient.connect(home)
    assert (error.value.message, error.value.hint) == ("The shop is not running.", "Start it: whodunit up")
