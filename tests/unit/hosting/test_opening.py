"""What `class up` checks before it starts anything, and how a shop comes into the class."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.hosting.opening import attend, check_entrance, up, with_entrance
from whodunit.hosting.roster import Hosted, Place, new
from whodunit.lab.client import LabClient

ADDRESS, CODE = "http://127.0.0.1:8079", "K7QF-M2XP"
SEAT = {"address": ADDRESS, "name": "student-01"}
JOINS = ("POST", {"address": ADDRESS, "code": CODE, "name": "student-01"})
LEAVES = ("DELETE", None)


@pytest.mark.parametrize(
    ("attends", "students", "asked"),
    [(None, [], [JOINS]), (SEAT, ["student-01"], []), (SEAT, ["student-02"], [LEAVES, JOINS])],
    ids=["a first class", "the class that it is in", "another class than before"],
)
def test_a_shop_is_in_the_class_that_is_open(
    attends: dict[str, str] | None, students: list[str], asked: list[tuple[str, Any]]
) -> None:
    seen: list[tuple[str, Any]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            seen.append((request.method, json.loads(request.content) if request.content else None))
        return httpx.Response(200, json={"leads": None, "attends": attends})

    lab = LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(answer)))
    attend(lab, "student-01", {"address": ADDRESS, "code": CODE, "students": [{"name": each} for each in students]})
    assert seen == asked


@pytest.mark.process
def test_more_than_the_memory_holds_is_refused_before_anything_starts(tmp_path: Path) -> None:
    hosted = Hosted(Home(tmp_path))
    with pytest.raises(LabError, match=r"3000 more shops need 1800\.0 GB of memory, .* GB are free"):
        up(hosted, 3000, None, 20_000, lambda *_: None)
    assert hosted.roster() is None


def test_students_keep_coming_to_the_same_host(tmp_path: Path) -> None:
    hosted = Hosted(Home(tmp_path))
    hosted.keep(new("192.168.1.5", opened=True))
    with pytest.raises(WrongUseError, match=r"at 192\.168\.1\.5") as error:
        up(hosted, 1, "class.example.com", 20_000, lambda *_: None)
    assert error.value.hint == "Leave out --host · another one: whodunit class down, then up again"


@pytest.mark.process
def test_a_host_is_the_same_in_capitals(tmp_path: Path) -> None:
    hosted = Hosted(Home(tmp_path))
    hosted.keep(new("class.example.com", opened=True))
    with pytest.raises(LabError, match="3000 more shops need"):
        up(hosted, 3000, "Class.Example.com", 20_000, lambda *_: None)


class TellsItsName(BaseHTTPRequestHandler):
    """Answers each request with the host that it was asked as."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"id": self.headers["Host"]}).encode())

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Where `TellsItsName` listens."""
    with HTTPServer(("", 0), TellsItsName) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.process
def test_an_entrance_is_asked_by_the_name_that_students_type(port: int) -> None:
    def lab(lab_id: str) -> LabClient:
        transport = httpx.MockTransport(lambda _request: httpx.Response(200, json={"id": lab_id}))
        return LabClient(httpx.Client(base_url="http://lab", transport=transport))

    roster, place = new("Class.Example.com", opened=True), Place(name="student-01", port=port, token="k7qf")
    check_entrance(lab(f"class.example.com:{port}"), roster, place)
    with pytest.raises(LabError, match=f"student-01 is not reached at port {port}: another program has it"):
        check_entrance(lab("another"), roster, place)


@pytest.mark.process
def test_a_lab_whose_port_was_taken_when_it_began_is_opened_once_more(port: int) -> None:
    done: list[str] = []

    def opens(at: int) -> list[str]:
        done.clear()
        place = Place(name="student-01", port=at, token="k7qf")
        with_entrance(new(None, opened=True), place, lambda: done.append("begin"), lambda: done.append("end"))
        return done

    assert opens(port) == ["begin"]
    with socket.create_server(("127.0.0.1", 0)) as found:
        free = found.getsockname()[1]
    assert opens(free) == ["begin", "end", "begin"]
