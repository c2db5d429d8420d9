"""A lab's class as its client sees it, without a shop and without a network: a leader's lab, with students in it."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.unit.classroom.fakes import RIGHT, FakeMystery
from whodunit.classroom import results
from whodunit.classroom.folder import Folder
from whodunit.classroom.leading import Leading
from whodunit.classroom.results import Marker
from whodunit.classroom.schemas import HandedOver, Joining, Opening, State, Whereabouts
from whodunit.classroom.telling import told
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.lab.client import LabClient
from whodunit.mystery.answer import Answer
from whodunit.mystery.handin import as_text
from whodunit.mystery.schemas import Wanted

ADDRESS, SEED, PASSPHRASE = "http://192.168.1.5:8079", 987_001, "only I know it"
HOSTILE = """<script>alert(1)</script> "'{{7*7}}"""
OPENING = Opening(seed=SEED, leader=PASSPHRASE, minutes=30)
WRONG = Answer(component="order", reason="lock-contention", player=HOSTILE)
NOW_S = 1_780_000_000.0
ATTENDS = {
    "address": ADDRESS,
    "name": "Ada",
    "phase": "running",
    "state": "playing",
    "handed_in": True,
    "trouble": "No class answers. Wait.",
}


class ClassLab:
    """What the lab is asked to change is noted in `asked`: method, path below `/classroom`, body."""

    def __init__(self, home: Path) -> None:
        self.folder = Folder(Home(home))
        self.leading = Leading(self.folder, lambda: NOW_S)
        self.attends: dict[str, object] | None = None
        self.asked: list[tuple[str, str, Any]] = []

    def client(self) -> LabClient:
        """A client of this lab."""
        return LabClient(httpx.Client(base_url="http://lab", transport=httpx.MockTransport(self._answer)))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/classroom")
        try:
            if path == "/results.csv":
                return httpx.Response(200, text=results.csv(self._results()))
            body = json.loads(request.content) if request.content else None
            return httpx.Response(200, json=self.told(request.method, path, body))
        except LabError as error:
            return httpx.Response(422, json={"detail": error.message, "hint": error.hint})

    def told(self, method: str = "GET", path: str = "", body: Any = None) -> dict[str, Any]:
        """The lab's answer to a request."""
        if method != "GET":
            self.asked.append((method, path, body))
        match method, path:
            case "POST", "/hand-ins":
                return {"name": self.leading.take(HandedOver.model_validate(body))}
            case "GET", "/results":
                return results.as_json(self._results())
            case "POST", "":
                self.leading.open(Opening.model_validate(body))
            case "POST", "/start":
                self.leading.start()
            case "POST", "/end":
                self.leading.end()
            case "DELETE", "":
                self.leading.close()
        roll = self.leading.roll
        return {"leads": told(roll, ADDRESS, NOW_S) if roll else None, "attends": self.attends, "entry": None}

    def _results(self) -> list[results.Result]:
        return results.results(self.leading.led, Marker(self.folder.hand_in, catalogue.cases))

    async def play(self) -> None:
        """A class that has begun: Ada is right, one with a hostile name is wrong, Cy has said nothing."""
        self.leading.open(OPENING)
        names = {"Ada": RIGHT, HOSTILE: WRONG, "Cy": None}
        tokens = {name: self.leading.join(Joining(code=self.leading.led.code, name=name[:40])).token for name in names}
        self.leading.start()
        for name, answer in names.items():
            await self._played(tokens[name], answer)

    async def _played(self, token: str, answer: Answer | None) -> None:
        orders = await self.leading.here(self.leading.known(token), Whereabouts())
        assert orders.begin
        mystery = FakeMystery()
        await mystery.start(Wanted.model_validate(orders.begin.model_dump()))
        where = Whereabouts(state=State.PLAYING, hints=1, tries=2, seconds_left=1080)
        await self.leading.here(self.leading.known(token), where)
        if answer:
            mystery.answers(answer)
            assert mystery.handed_in
            self.leading.send(self.leading.known(token), as_text(mystery.handed_in))
