"""The page Class: forms, who is where, and after the end the marks."""

from pathlib import Path

import httpx
import pytest

from tests.unit.classroom.class_lab import ADDRESS, ATTENDS, HOSTILE, OPENING, PASSPHRASE, SEED, ClassLab
from tests.unit.desk.conftest import visit
from tests.unit.desk.shop import source
from tests.unit.desk.test_pages import text
from tests.unit.telemetry.duck_store import DuckStore
from whodunit.desk.source import Source

pytestmark = pytest.mark.anyio


@pytest.fixture
def lab(tmp_path: Path) -> ClassLab:
    return ClassLab(tmp_path)


def desk(lab: ClassLab) -> httpx.AsyncClient:
    return visit(Source(source(DuckStore()).telemetry, lab.client))


async def test_without_a_class_there_are_forms_for_both(lab: ClassLab) -> None:
    async with desk(lab) as browser:
        page = (await browser.get("/class")).text
        assert 'action="./class/join"' in page
        await browser.post("/class/join", data={"address": ADDRESS, "code": "K7QF-M2XP", "name": "Ada"})
        answer = await browser.post("/class/open", data={"seed": "42", "minutes": "30", "level": "", "listen": ""})
        assert (answer.status_code, answer.headers["location"]) == (303, "../class")
    assert [body for _, _, body in lab.asked] == [
        {"address": ADDRESS, "code": "K7QF-M2XP", "name": "Ada"},
        {"seed": 42, "minutes": 30.0},
    ]


async def test_what_is_typed_wrongly_is_said_and_not_sent(lab: ClassLab) -> None:
    async with desk(lab) as browser:
        for path, data, said in (
            ("open", {"seed": "many"}, "seed=many is no whole number. Leave it out"),
            ("open", {"seed": "7" * 5000}, f"seed={'7' * 40}… is no whole number."),
            ("open", {"minutes": "nan"}, "minutes=nan is no number."),
            ("open", {"minutes": "1e999"}, "minutes=1e999 is no number."),
            ("join", {"address": ADDRESS, "code": "x"}, "know you by a name"),
            ("hand-in", {}, "No file was chosen."),
        ):
            answer = await browser.post(f"/class/{path}", data=data)
            assert (answer.status_code, said in text(answer.text)) == (422, True)
    assert lab.asked == []


async def test_the_wall_shows_how_to_join_and_who_is_where_and_no_secret(lab: ClassLab) -> None:
    await lab.play()
    async with desk(lab) as browser:
        page = (await browser.get("/class")).text
    assert f"Address {ADDRESS} Code {lab.told()['leads']['code']} Students 3 Handed in 2" in text(page)
    assert "Ada playing 12 1 2 yes" in text(page)
    assert [each for each in (str(SEED), PASSPHRASE, "payment", "leak", "<script>alert") if each in page] == []
    assert HOSTILE[:20] in text(page)


async def test_the_buttons_do_what_is_next(lab: ClassLab) -> None:
    lab.leading.open(OPENING)
    async with desk(lab) as browser:
        for action, then in (
            ("start", "End, and show the truth"),
            ("end", "Delete the class"),
            ("close", "Lead a class"),
        ):
            assert f"/class/{action}" in (await browser.get("/class")).text
            assert (await browser.post(f"/class/{action}")).status_code == 303
            assert then in (await browser.get("/class")).text
        assert (await browser.post("/class/leave")).status_code == 303
    assert lab.asked[-1][:2] == ("DELETE", "/attendance")


async def test_files_are_taken_all_that_can_be(lab: ClassLab) -> None:
    await lab.play()
    good = lab.folder.hand_in(lab.leading.led.hand_ins[0].mystery)
    files = [("file", ("a.json", good)), ("file", ("notes.txt", "What I did.")), ("file", ("b.json", good))]
    async with desk(lab) as browser:
        answer = await browser.post("/class/hand-in", files=files)
    assert "Not taken: file 2: This is no hand-in. The others were taken." in text(answer.text)
    assert len(lab.asked) == 3


async def test_after_the_end_guesses_and_marks_are_shown(lab: ClassLab) -> None:
    await lab.play()
    lab.leading.end()
    async with desk(lab) as browser:
        page = text((await browser.get("/class")).text)
    assert "Reason: it was connection-leak connection leak true 1" in page
    assert "Component: it was payment" in page
    assert "reason lock-contention 0 of 40" in page
    assert "Cy no hand-in" in page


async def test_a_student_s_page_says_what_is_next(lab: ClassLab) -> None:
    lab.attends = dict(ATTENDS)
    async with desk(lab) as browser:
        page = text((await browser.get("/class")).text)
    assert f"In the class at {ADDRESS} as Ada It is under way." in page
    assert "No class answers. Wait." in page


async def test_a_lab_that_is_away_is_said() -> None:
    async with visit(source(DuckStore())) as browser:
        answer = await browser.get("/class")
    assert (answer.status_code, "The shop is not running." in text(answer.text)) == (503, True)
