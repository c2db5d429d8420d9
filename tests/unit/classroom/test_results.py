"""The results of a class: marks, guesses, what was missed."""

import asyncio
import csv
import io
import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.unit.classroom.fakes import COMPONENT, REASON, RIGHT, FakeMystery
from whodunit.classroom import results
from whodunit.classroom.folder import Folder
from whodunit.classroom.results import Marker, Result
from whodunit.classroom.roll import HandedIn, Roll, Student
from whodunit.classroom.room import Room
from whodunit.classroom.routes import routes
from whodunit.classroom.schemas import Opening
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.mystery.answer import Answer
from whodunit.mystery.grading import WEIGHTS
from whodunit.mystery.handin import as_text
from whodunit.mystery.plan import hand_in_key
from whodunit.mystery.schemas import Wanted

pytestmark = pytest.mark.anyio

CASES = catalogue.cases()
PASSPHRASE, SEED = "sesame", 7
ANSWERS = {
    "Ada": RIGHT,
    "=1+1": Answer(component="Payment", reason="lock-contention"),
    "Cy": Answer(component="order", reason="lock-contention"),
}


class Pile:
    """Hand-ins as the class's folder has them."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.students = [Student(name="Di", token="4", seen_s=0.0)]
        self.given: list[HandedIn] = []

    async def add(self, name: str, answer: Answer, *, seed: int = SEED, joined: bool = True) -> None:
        mystery, key = FakeMystery(), hand_in_key(PASSPHRASE)
        await mystery.start(Wanted(seed=seed, hand_in=key))
        mystery.answers(answer)
        assert mystery.handed_in
        self.texts[key.mystery] = as_text(mystery.handed_in)
        self.given.append(HandedIn(mystery=key.mystery, name=name, at_s=1.0))
        if joined:
            self.students.append(Student(name=name, token=name, seen_s=0.0, mysteries=(key.mystery,)))

    def roll(self, ended_s: float | None = 2.0) -> Roll:
        return Roll(
            wanted=Opening(),
            seed=SEED,
            passphrase=PASSPHRASE,
            code="K7QFM2XP",
            started_s=1.0,
            ended_s=ended_s,
            students=tuple(self.students),
            hand_ins=tuple(self.given),
        )

    def found(self, read: Callable[[str], str] | None = None) -> list[Result]:
        return results.results(self.roll(), Marker(read or self.texts.__getitem__, lambda: CASES))


@pytest.fixture
async def pile() -> Pile:
    found = Pile()
    for name, answer in ANSWERS.items():
        await found.add(name, answer)
    await found.add("Eve", RIGHT, seed=8, joined=False)
    return found


async def test_there_are_none_before_the_end(pile: Pile) -> None:
    with pytest.raises(WrongUseError, match="has not ended"):
        results.results(pile.roll(ended_s=None), Marker(pile.texts.__getitem__, lambda: CASES))


async def test_everybody_has_a_line_the_best_first(pile: Pile) -> None:
    assert [(each.name, each.row.problem[:18], bool(each.verdict)) for each in pile.found()] == [
        ("Ada", "", True),
        ("=1+1", "", True),
        ("Cy", "", True),
        ("Di", "no hand-in", False),
        ("Eve", "of another mystery", False),
    ]


async def test_guesses_are_counted_and_the_true_one_marked(pile: Pile) -> None:
    told = results.as_json(pile.found())
    assert told["guesses"]["component"] == [
        {"said": COMPONENT, "count": 2, "is_true": True},
        {"said": "order", "count": 1, "is_true": False},
    ]
    assert [(each["count"], each["is_true"]) for each in told["guesses"]["reason"]] == [(2, False), (1, True)]
    assert told["truth"] == {"component": COMPONENT, "reason": REASON}


async def test_half_an_answer_is_not_the_true_one_and_two_causes_have_no_order(pile: Pile) -> None:
    for name, first, second in (("Flo", "order", COMPONENT), ("Gil", COMPONENT, "Order")):
        await pile.add(name, Answer(component=first, second_component=second, reason=REASON))
    guesses = {each["said"]: each for each in results.as_json(pile.found())["guesses"]["component"]}
    assert guesses["order, payment"] == {"said": "order, payment", "count": 2, "is_true": False}
    assert [said for said, each in guesses.items() if each["is_true"]] == [COMPONENT]


async def test_what_each_missed_is_named(pile: Pile) -> None:
    ada, bo = results.as_json(pile.found())["results"][:2]
    assert "reason" not in ada["missed"]
    assert "reason" in bo["missed"]
    assert "component" not in bo["missed"]


async def test_the_spreadsheet_has_everybody_and_takes_no_name_for_a_formula(pile: Pile) -> None:
    lines = list(csv.DictReader(io.StringIO(results.csv(pile.found()), newline="")))
    assert [line["student"] for line in lines] == ["Ada", "'=1+1", "Cy", "Di", "Eve"]
    assert "reason: lock-contention, asked for: connection-leak" in lines[1]["missed"]


async def test_each_is_marked_once(pile: Pile) -> None:
    asked: list[str] = []

    def read(mystery: str) -> str:
        asked.append(mystery)
        return pile.texts[mystery]

    def cases() -> Sequence[Case]:
        looked_up.append("cases")
        return CASES

    marker, looked_up = Marker(read, cases), list[str]()
    for _ in range(2):
        results.results(pile.roll(), marker)
    assert len(asked) == len(pile.given)
    assert looked_up == ["cases"]


class Together(Folder):
    """Has whoever reads a hand-in wait for a moment for a second reader."""

    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self.read: list[str] = []
        self._both = threading.Barrier(2)

    def hand_in(self, mystery: str) -> str:
        self.read.append(mystery)
        with suppress(threading.BrokenBarrierError):
            self._both.wait(timeout=0.2)
        return super().hand_in(mystery)


async def test_two_who_ask_at_once_have_each_marked_once(pile: Pile, tmp_path: Path) -> None:
    folder = Together(Home(tmp_path))
    folder.keep(folder.roll, pile.roll())
    for mystery, text in pile.texts.items():
        folder.put_hand_in(mystery, text)
    room = Room(Home(tmp_path), FakeMystery())
    room.folder = folder
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=routes(room))), base_url="http://lab"
    ) as http:
        found = await asyncio.gather(*(http.get("/classroom/results") for _ in range(2)))
    assert [len(each.json()["results"]) for each in found] == [len(pile.given) + 1] * 2
    assert sorted(folder.read) == sorted(pile.texts)


def test_the_rubric_of_the_assignment_has_the_grader_s_points() -> None:
    page = Path(__file__).parents[3] / "docs" / "assignment.md"
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert {field: int(points) for field, points in rows} == WEIGHTS
