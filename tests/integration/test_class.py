"""A class of three over real connections on the loopback interface: each lab a process's worth of parts of its own.

No shop is needed: what each student's lab tells of its mystery is a fake's. One of the three is killed and comes back.
"""

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import httpx
import pytest

from tests.unit.classroom.fakes import RIGHT, FakeMystery
from whodunit.classroom import results
from whodunit.classroom.results import Marker
from whodunit.classroom.room import Room
from whodunit.classroom.schemas import Entering, Entry, HandedOver, Opening, State
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.mystery.answer import Answer
from whodunit.mystery.handin import as_text

pytestmark = [pytest.mark.anyio, pytest.mark.process]

WITHIN_S = 20
NAMES = ("Ada", "Bo", "Cy")
WRONG = Answer(component="order", reason="lock-contention")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Student:
    """One of the three: a state folder, a mystery, and the room that a lab makes of them."""

    def __init__(self, folder: Path) -> None:
        self.home, self.mystery = Home(folder), FakeMystery()
        self.room = Room(self.home, self.mystery)

    async def killed_and_back(self) -> None:
        """The room as the next lab of this folder makes it; of the one before, the system closes the connections."""
        await self.room.stop()
        self.room = Room(self.home, self.mystery)


class Three:
    """Three students, and the leader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.leader = self.new_leader()
        self.students = {name: Student(folder / name) for name in NAMES}

    def new_leader(self) -> Room:
        return Room(Home(self.folder / "leader"), FakeMystery())

    async def open(self) -> None:
        self.leader.open(Opening(seed=7, leader="sesame", minutes=30, port=free_port()))
        led = self.leader.told()["leads"]
        for name, student in self.students.items():
            await student.room.attending.join(Entering(address=led["address"], code=led["code"], name=name))

    async def until(self, condition: Callable[[], object]) -> None:
        """Every lab takes turns until the condition holds."""
        with anyio.fail_after(WITHIN_S):
            while not condition():
                for student in self.students.values():
                    await student.room.attending.turn()

    def states(self) -> dict[str, str]:
        return {each["name"]: each["state"] for each in self.leader.told()["leads"]["students"]}

    def handed_in(self) -> set[str]:
        return {each["name"] for each in self.leader.told()["leads"]["students"] if each["handed_in"]}


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Three]:
    found = Three(tmp_path)
    await found.open()
    yield found
    for room in (found.leader, *(student.room for student in found.students.values())):
        await room.stop()


def all_playing(three: Three) -> bool:
    return set(three.states().values()) == {State.PLAYING}


async def test_a_class_of_three_from_the_start_to_the_marks(three: Three) -> None:
    three.leader.leading.start()
    await three.until(lambda: all_playing(three))
    three.students["Ada"].mystery.answers(RIGHT)
    three.students["Bo"].mystery.answers(WRONG)
    await three.until(lambda: three.handed_in() == {"Ada", "Bo"})

    cy = three.students["Cy"]
    cy.mystery.does(hints=1)
    await cy.killed_and_back()
    await three.until(lambda: three.leader.told()["leads"]["students"][2]["hints"] == 1)
    assert len(cy.mystery.started) == 1
    cy.mystery.answers(RIGHT)
    assert cy.mystery.handed_in
    over = HandedOver(name="hand-in", text=as_text(cy.mystery.handed_in))
    assert three.leader.leading.take(over) == "Cy"

    three.leader.leading.end()
    found = results.as_json(
        results.results(three.leader.leading.led, Marker(three.leader.folder.hand_in, catalogue.cases))
    )
    assert [each["name"] for each in found["results"]] == ["Ada", "Cy", "Bo"]
    assert [(each["said"], each["count"]) for each in found["guesses"]["component"]] == [("payment", 2), ("order", 1)]


async def test_a_leader_s_lab_that_starts_again_is_found_again(three: Three) -> None:
    await three.leader.stop()
    ada = three.students["Ada"]
    await ada.room.attending.turn()
    told = ada.room.attending.told()
    assert told
    assert "No class answers at http://127.0.0.1:" in told["trouble"]
    three.leader = three.new_leader()
    three.leader.resume()
    three.leader.leading.start()
    await three.until(lambda: all_playing(three))


async def test_the_door_has_nothing_of_the_lab_and_takes_no_more_than_it_needs(three: Three) -> None:
    address = three.leader.told()["leads"]["address"]
    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        for path in ("/", "/status", "/classroom", "/classroom/results", "/faults", "/mystery"):
            assert (await http.get(path)).status_code == 404
        for headers in ({}, {"Authorization": "Bearer guess"}):
            answer = await http.post("/here", json={}, headers=headers)
            assert (answer.status_code, "no such student" in answer.text) == (422, True)
        assert "not taken" in (await http.post("/join", content=b"x" * 5_000)).text
        assert (await http.post("/join", content=b"\xff{")).status_code == 422
        assert "not the code" in (await http.post("/join", json={"code": "x", "name": "Eve"})).text


async def test_a_port_that_is_taken_leaves_no_class(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        room = Room(Home(tmp_path), FakeMystery())
        for address, said in (("127.0.0.1", "Cannot listen"), ("example", "is no IP address")):
            with pytest.raises(LabError, match=said):
                room.open(Opening(listen=address, port=taken.getsockname()[1]))
            assert room.told()["leads"] is None


async def test_behind_a_proxy_the_class_has_the_proxy_s_address_alone(tmp_path: Path) -> None:
    port = free_port()
    room = Room(Home(tmp_path), FakeMystery(), Entry("127.0.0.1", port, "http://shop.example/class"))
    with pytest.raises(LabError, match="always reached at http"):
        room.open(Opening(listen="0.0.0.0"))
    assert room.told() == {"leads": None, "attends": None, "entry": "http://shop.example/class"}
    room.open(Opening())
    try:
        leads = room.told()["leads"]
        assert leads["address"] == "http://shop.example/class"
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert (await http.post("/join", json={"code": leads["code"], "name": "Ada"})).status_code == 200
    finally:
        await room.stop()
