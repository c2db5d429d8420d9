"""A whole mystery, played by clicks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette

from tests.browser.desk import violations
from tests.unit.desk.played import PlayedLab
from tests.unit.loadgen.serving import serve
from tests.unit.mystery.test_host import REMEDY, SEED
from whodunit.desk import mount
from whodunit.desk.app import create_app
from whodunit.mystery.handin import read
from whodunit.mystery.notebook import Noted
from whodunit.mystery.routes import routes

pytestmark = pytest.mark.process

PHONE = {"width": 390, "height": 844}
LEADER = "sesame"
WITHIN_MS = 60_000
"""To begin a mystery, all scenarios are read."""


class Game:
    """A desk of its own, before the API of a lab whose clock the test sets."""

    def __init__(self, lab: PlayedLab, url: str) -> None:
        self.lab, self.url = lab, url


@pytest.fixture
def game(page: Page, tmp_path: Path) -> Iterator[Game]:
    page.set_default_timeout(WITHIN_MS)
    lab = PlayedLab(tmp_path / "mystery")
    app = Starlette(routes=[*mount.leading_to(create_app(lab.source)), *routes(lab.host)])
    with serve(app) as url:
        yield Game(lab, url)


def begin(page: Page, game: Game) -> None:
    page.goto(f"{game.url}/mystery")
    page.get_by_label("Seed").fill(str(SEED))
    page.get_by_label("Minutes").fill("6")
    page.get_by_label("The leader's passphrase").fill(LEADER)
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("The shop opens and the clock starts in").wait_for()
    game.lab.begin()
    page.get_by_text("The shop opens").wait_for(state="detached")


def pin_one_of_each(page: Page, game: Game) -> None:
    page.goto(f"{game.url}/logs?severity=warn&last=1m")
    page.get_by_role("button", name="Pin").first.click()
    expect(page.locator("[data-said]")).to_contain_text("1 of 30 pinned")
    page.goto(f"{game.url}/traces/c0ffee00")
    page.locator(".fall summary").first.click()
    page.get_by_role("button", name="Pin").click()
    expect(page.locator("[data-said]")).to_contain_text("2 of 30 pinned")
    page.goto(f"{game.url}/metrics?name=http.server.request.duration&by=service&last=1m")
    page.get_by_role("button", name="Pin payment").click()
    expect(page.locator("[data-said]")).to_contain_text("3 of 30 pinned")


def answer(page: Page) -> None:
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_role("radio", name="connection-leak").check()
    page.get_by_role("group", name="Which service is at fault?").get_by_label("payment").check()
    page.get_by_label("The onset").fill("14:00:00")
    for box in page.get_by_role("group", name="What shows this cause").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("radio", name=REMEDY).check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_text("Answered.").wait_for()


def test_from_the_complaint_to_the_verdict(page: Page, game: Game, tmp_path: Path) -> None:
    begin(page, game)
    pin_one_of_each(page, game)
    page.get_by_role("link", name="Mystery").click()
    page.get_by_label("Remark on").first.fill("first of all")
    page.get_by_role("button", name="Keep").first.click()
    page.get_by_role("button", name="Next hint: costs 5 points").click()
    expect(page.locator(".hints li")).to_have_count(1)
    page.get_by_label(REMEDY, exact=True).check()
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text(f"Put in force: {REMEDY}.")).to_be_visible()
    answer(page)
    with page.expect_download() as file:
        page.get_by_role("link", name="Download hand-in.json").click()
    file.value.save_as(tmp_path / "hand-in.json")
    _, diary = read((tmp_path / "hand-in.json").read_text("utf-8"), LEADER)
    assert [pin["comment"] for pin in game.lab.host.status()["pins"]] == ["first of all", "", ""]
    assert len(diary.answer.evidence if diary.answer else []) == 3
    page.get_by_role("link", name="Reveal", exact=True).click()
    assert game.lab.host.is_sealed
    page.get_by_role("button", name="End it and reveal the truth").click()
    expect(page.get_by_role("heading", name="of 100 points")).to_contain_text("45")
    assert not game.lab.host.is_sealed


def test_a_draft_is_there_after_a_look_elsewhere_and_three_pins_are_the_most(page: Page, game: Game) -> None:
    begin(page, game)
    for number in range(4):
        game.lab.host.pin(Noted(evidence=f"span {'a' * 32} {number:016x}"))
    page.goto(f"{game.url}/mystery/answer")
    boxes = page.get_by_role("group", name="What shows this cause").get_by_role("checkbox")
    for number in range(3):
        boxes.nth(number).check()
    expect(boxes.nth(3)).to_be_disabled()
    page.get_by_role("link", name="Logs").click()
    page.get_by_role("heading", name="Logs").wait_for()
    page.goto(f"{game.url}/mystery/answer")
    expect(boxes.nth(2)).to_be_checked()
    expect(boxes.nth(3)).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_all_fits_a_phone(page: Page, game: Game, axe: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{game.url}/mystery")
    fits(page, axe)
    begin(page, game)
    game.lab.host.pin(Noted(evidence=f"span {'a' * 32} {'b' * 16}", title="A slow payment"))
    game.lab.host.hint()
    game.lab.host.mitigate(*REMEDY.split())
    for path in ("/mystery", "/mystery/answer", "/mystery/verdict", "/logs?last=1m"):
        page.goto(game.url + path)
        fits(page, axe)
    page.goto(f"{game.url}/mystery/verdict")
    page.get_by_role("button", name="End it").click()
    page.get_by_role("heading", name="of 100 points").wait_for()
    fits(page, axe)


def fits(page: Page, axe: str) -> None:
    page.wait_for_load_state("networkidle")
    assert (page.url, violations(page, axe)) == (page.url, {})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
