"""A class led with mouse and eyes, and shown on a wall."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import PHONE, settled
from tests.unit.classroom.class_lab import HOSTILE, OPENING, ClassLab
from tests.unit.desk.shop import busy, source
from tests.unit.loadgen.serving import serve
from whodunit.desk.app import create_app
from whodunit.desk.source import Source

pytestmark = pytest.mark.process

STATES = ("none", "waiting", "running", "over")


class Wall:
    """The page, and the lab behind it."""

    def __init__(self, folder: Path) -> None:
        self.lab = ClassLab(folder)
        self.app = create_app(Source(source(busy()).telemetry, self.lab.client))
        self.url = ""

    def be(self, state: str) -> None:
        """Bring the class to one of `STATES`."""
        if state == "waiting":
            self.lab.leading.open(OPENING)
        if state in ("running", "over"):
            with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs in this thread
                apart.submit(asyncio.run, self.lab.play()).result()
        if state == "over":
            self.lab.leading.end()


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    found = Wall(tmp_path)
    with serve(found.app) as url:
        found.url = f"{url}/class"
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, wall: Wall, axe: str, state: str, scheme: Any) -> None:
    wall.be(state)
    page.emulate_media(color_scheme=scheme)
    page.goto(wall.url)
    settled(page)
    found = page.evaluate(f"() => {{ {axe}; return axe.run(); }}")["violations"]
    assert {each["id"]: [node["html"][:160] for node in each["nodes"][:3]] for each in found} == {}


@pytest.mark.parametrize("state", STATES)
def test_it_fits_a_phone(page: Page, wall: Wall, state: str) -> None:
    wall.be(state)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(wall.url)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_class_is_led_from_the_form_to_the_end(page: Page, wall: Wall, tmp_path: Path) -> None:
    page.goto(wall.url)
    page.get_by_label("Seed").fill("42")
    page.get_by_label("Seed").press("Enter")
    page.get_by_role("button", name="Start for everybody").click()
    expect(page.get_by_text("Who joins now starts now.")).to_be_visible()
    assert wall.lab.leading.led.seed == 42
    page.get_by_role("button", name="End, and show the truth").click()
    expect(page.get_by_text("No hand-in could be marked.").first).to_be_visible()
    page.get_by_role("button", name="Delete the class").click()
    expect(page.get_by_role("heading", name="Join a class")).to_be_visible()


def test_a_file_is_chosen_and_taken_and_a_hostile_name_is_only_a_name(page: Page, wall: Wall, tmp_path: Path) -> None:
    wall.be("running")
    file = tmp_path / "hand-in.json"
    file.write_text(wall.lab.folder.hand_in(wall.lab.leading.led.hand_ins[0].mystery))
    page.goto(wall.url)
    page.get_by_label("Hand-ins that were brought").set_input_files(file)
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("rowheader", name=HOSTILE[:20])).to_be_visible()
    assert wall.lab.asked[-1][1] == "/hand-ins"
