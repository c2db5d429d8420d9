"""What a player can read without looking at telemetry is the same for all cases behind a complaint."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.mystery.fakes import FakeLoad, Incident
from whodunit.faults.board import FaultBoard
from whodunit.home import Home
from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on
from whodunit.mystery.cases import faces, is_mystery
from whodunit.mystery.choice import choose
from whodunit.mystery.host import MysteryHost
from whodunit.mystery.mitigations import offered
from whodunit.mystery.plan import STAGING_S
from whodunit.mystery.schemas import Wanted
from whodunit.mystery.stage import Stage
from whodunit.mystery.surroundings import Surroundings
from whodunit.mystery.vault import Vault
from whodunit.topology import BY_NAME

pytestmark = pytest.mark.anyio

CASES = catalogue.cases()
FACES = faces(CASES)
MINUTES = 6.0
NOW_S = 1_800_000_000.0
VARYING = re.compile(r"[0-9a-f]{8,}|\b\d{9,}(\.\d+)?\b")
"""Identifiers, sealed texts and moments."""


def masked(text: str) -> str:
    """The text without what differs from one mystery to the next, but for its length."""
    return VARYING.sub(lambda found: "x" * len(found[0]), text)


def _without_texts(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in ("hint", "hints")}


def seeds_of(name: str, count: int) -> list[int]:
    """Seeds of one case."""
    found = (seed for seed in range(100_000) if choose(CASES, seed, None, MINUTES).case.name == name)
    return [seed for seed, _ in zip(found, range(count), strict=False)]


class Playing:
    """A host over a real flag file and envelope."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder)
        self.now_s = NOW_S
        self.load = FakeLoad()
        around = Surroundings(
            mode="lite",
            load=self.load,
            vault=Vault(self.home.mystery_dir),
            telemetry=lambda: Incident(case=CASES[0]),
            ready=self._ready,
            missing=self._missing,
            forget=lambda: None,
            cases=lambda: CASES,
            clock=lambda: self.now_s,
        )
        self.host = MysteryHost(Stage(FaultBoard(self.home, around.clock), self.load, around.clock), around)

    async def _ready(self) -> bool:
        return True

    async def _missing(self) -> Sequence[str]:
        return ()

    async def surface(self, seed: int) -> dict[str, Any]:
        """Everything that can be read after the onset, hints' prices included, but not their texts."""
        told = [await self.host.start(Wanted(seed=seed, minutes=MINUTES))]
        for service in BY_NAME:
            self.host.key(str(told[0]["mystery"]), service)
        self.now_s += STAGING_S + 100
        await self.host.tick()
        told.append(self.host.status())
        while told[-1]["hints_left"]:
            told += [_without_texts(self.host.hint()), _without_texts(self.host.status())]
        self.load.spec = self.load.spec or {}
        files = {path.name: self._read(path) for path in self.home.path.rglob("*") if path.is_file()}
        load = {key: self.load.spec[key] for key in ("sealed", "seconds")}
        return {"told": masked(json.dumps(told)), "files": files, "load": load, "offered": offered()}

    def _read(self, path: Path) -> object:
        text = path.read_text()
        if path.parent == self.home.mystery_dir:
            return len(text)
        if path != self.home.flags_file:
            return masked(text)
        document = json.loads(text)
        flags = [masked(json.dumps(flag)) for flag in document.pop("flags").values()]
        return masked(json.dumps(document)), len(flags), sorted(set(flags))


@pytest.mark.parametrize("face", FACES)
async def test_all_cases_of_a_face_look_alike(face: str, tmp_path: Path) -> None:
    surfaces = {}
    for case, _ in FACES[face]:
        for seed in seeds_of(case.name, 4):
            folder = tmp_path / f"{case.cause}-{seed}"
            folder.mkdir()
            surfaces[case.name, seed] = await Playing(folder).surface(seed)
    assert len(surfaces) >= 2 * 4
    first = next(iter(surfaces.values()))
    assert {key: surface for key, surface in surfaces.items() if surface != first} == {}


def test_whatever_is_drawn_can_be_played_everywhere() -> None:
    """The same seed gives the same case on every target."""
    playable = [case for case in CASES if is_mystery(case)]
    elsewhere = [
        case.name for case in playable for target in ("lite", "stack") if not is_proved_on(case.scenario, target)
    ]
    assert elsewhere == []
