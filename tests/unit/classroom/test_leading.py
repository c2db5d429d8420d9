"""The leader's class: who comes in, what each is told, what is kept."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.classroom.fakes import RIGHT, FakeMystery
from whodunit.classroom.folder import Folder
from whodunit.classroom.leading import GRACE_S, MOST_BEGUN, MOST_STUDENTS, Leading
from whodunit.classroom.roll import Student
from whodunit.classroom.schemas import HandedOver, Joining, Opening, State, Whereabouts
from whodunit.classroom.telling import SILENT_AFTER_S, told
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.mystery.handin import as_text, read
from whodunit.mystery.schemas import Wanted

pytestmark = pytest.mark.anyio

SEED, PASSPHRASE = 987_001, "only I know it"


class Class:
    """A class with a clock that a test sets."""

    def __init__(self, home: Path) -> None:
        self.home, self.now_s = Home(home), 1000.0
        self.leading = self.again()
        self.leading.open(Opening(seed=SEED, leader=PASSPHRASE, minutes=30))

    def again(self) -> Leading:
        """As after a restart of the lab."""
        return Leading(Folder(self.home), lambda: self.now_s)

    def join(self, name: str, code: str = "") -> Student:
        token = self.leading.join(Joining(code=code or self.leading.led.code, name=name)).token
        return self.leading.known(token)

    async def begun(self, student: Student, where: Whereabouts | None = None) -> FakeMystery:
        """The student's mystery, begun as the leader says."""
        orders = await self.leading.here(student, where or Whereabouts())
        assert orders.begin
        mystery = FakeMystery()
        await mystery.start(Wanted.model_validate(orders.begin.model_dump()))
        return mystery

    def told(self) -> dict[str, Any]:
        return told(self.leading.led, "http://leader", self.now_s)


@pytest.fixture
def led(tmp_path: Path) -> Class:
    return Class(tmp_path)


def test_the_code_is_typed_in_any_way_and_guessed_in_none(led: Class) -> None:
    code = led.told()["code"]
    assert led.join("Ada", code.lower().replace("-", " ")).name == "Ada"
    for wrong in ("", code[:-1], "é" * 8):
        with pytest.raises(WrongUseError, match="not the code"):
            led.join("Eve", wrong or "-")


def test_a_name_is_one_line_and_there_once(led: Class) -> None:
    assert led.join("\x1b[2JAda\n  B.").name == "[2JAda ⏎ B."
    led.join("Bo")
    with pytest.raises(WrongUseError, match="bO is in this class already"):
        led.join("bO")
    with pytest.raises(ValueError, match="can be seen"):
        led.join("\u202e")


def test_a_class_has_an_end(led: Class) -> None:
    for number in range(MOST_STUDENTS):
        led.join(f"Ada {number}")
    with pytest.raises(WrongUseError, match="full: 200 students"):
        led.join("Bo")


async def test_everybody_begins_the_same_mystery_with_a_key_of_their_own(led: Class) -> None:
    ada, bo = led.join("Ada"), led.join("Bo")
    assert (await led.leading.here(ada, Whereabouts())).begin is None
    led.leading.start()
    first, second = await led.begun(ada), await led.begun(bo)
    assert [mystery.started[0].seed for mystery in (first, second)] == [SEED, SEED]
    assert [mystery.started[0].leader for mystery in (first, second)] == ["", ""]
    first.answers(RIGHT)
    assert first.handed_in
    assert read(as_text(first.handed_in), PASSPHRASE)[1].answer == RIGHT
    assert second.diary
    assert second.diary.plan.leader_key != (first.diary and first.diary.plan.leader_key)


async def test_who_has_begun_is_told_nothing_more(led: Class) -> None:
    ada = led.join("Ada")
    led.leading.start()
    for state in (State.PLAYING, State.REVEALED):
        assert (await led.leading.here(ada, Whereabouts(state=state))).begin is None


async def test_a_key_that_was_not_used_is_given_out_again(led: Class) -> None:
    ada = led.join("Ada")
    led.leading.start()
    for _ in range(MOST_BEGUN + 1):
        await led.begun(led.leading.known(ada.token))
    [name] = led.leading.known(ada.token).mysteries
    await led.begun(led.leading.known(ada.token), Whereabouts(mystery=name, trouble="It was ended."))
    assert len(led.leading.known(ada.token).mysteries) == 2


async def test_a_mystery_whose_hand_in_was_taken_is_known_however_many_follow(led: Class) -> None:
    ada = led.join("Ada")
    led.leading.start()
    mystery = await led.begun(ada)
    mystery.answers(RIGHT)
    assert mystery.handed_in
    text, name = as_text(mystery.handed_in), mystery.handed_in.mystery
    led.leading.send(led.leading.known(ada.token), text)
    for _ in range(MOST_BEGUN + 1):
        student = led.leading.known(ada.token)
        await led.begun(student, Whereabouts(mystery=student.mysteries[-1]))
    assert len(led.leading.known(ada.token).mysteries) == MOST_BEGUN + 1
    led.leading.send(led.leading.known(ada.token), text)
    assert [(each.mystery, each.name) for each in led.leading.led.hand_ins] == [(name, "Ada")]


async def test_what_is_shown_names_no_secret(led: Class) -> None:
    ada = led.join("Ada")
    led.leading.start()
    mystery = await led.begun(ada)
    mystery.answers(RIGHT)
    assert mystery.handed_in
    led.leading.send(led.leading.known(ada.token), as_text(mystery.handed_in))
    shown = str(led.told())
    assert "'handed_in': True" in shown
    secret = (str(SEED), PASSPHRASE, ada.token, RIGHT.component, RIGHT.reason)
    assert [each for each in secret if each in shown] == []


async def test_a_student_who_is_not_heard_of_is_silent_since_then(led: Class) -> None:
    ada = led.join("Ada")
    await led.leading.here(ada, Whereabouts())
    led.now_s += SILENT_AFTER_S
    assert led.told()["students"][0]["silent_since_s"] is None
    led.now_s += 1
    assert led.told()["students"][0]["silent_since_s"] == 1000.0


async def test_only_ones_own_hand_in_is_taken_and_none_long_after_the_end(led: Class) -> None:
    ada, bo = led.join("Ada"), led.join("Bo")
    led.leading.start()
    mystery = await led.begun(ada)
    mystery.answers(RIGHT)
    assert mystery.handed_in
    text = as_text(mystery.handed_in)
    with pytest.raises(WrongUseError, match="no hand-in of this class"):
        led.leading.send(led.leading.known(bo.token), text)
    led.leading.end()
    led.now_s += GRACE_S
    led.leading.send(led.leading.known(ada.token), text)
    led.now_s += 1
    with pytest.raises(WrongUseError, match="has ended"):
        led.leading.send(led.leading.known(ada.token), text)
    assert led.leading.take(HandedOver(name="hand-in", text=text)) == "Ada"
    assert len(led.leading.led.hand_ins) == 1


def test_a_file_that_is_no_hand_in_is_refused(led: Class) -> None:
    for text in ("What I did.", "{}", "x" * 100_001):
        with pytest.raises(WrongUseError, match=r"no hand-in|too long"):
            led.leading.take(HandedOver(name="notes", text=text))


async def test_a_lab_that_starts_again_goes_on_with_it_and_forgets_it_when_it_is_closed(led: Class) -> None:
    ada = led.join("Ada")
    led.leading.start()
    await led.leading.here(ada, Whereabouts(state=State.PLAYING, hints=2, seconds_left=600))
    led.leading = led.again()
    assert [(each["name"], each["hints"], each["minutes"]) for each in led.told()["students"]] == [("Ada", 2, 20.0)]
    assert led.leading.known(ada.token).name == "Ada"
    assert {path.stat().st_mode & 0o077 for path in led.home.class_dir.iterdir()} == {0}
    led.leading.close()
    assert led.again().roll is None


def test_what_cannot_be_done_now_is_refused_with_what_can(led: Class) -> None:
    with pytest.raises(WrongUseError, match="has not started"):
        led.leading.end()
    led.leading.start()
    for refused, why in ((led.leading.start, "has started"), (lambda: led.leading.open(Opening()), "already")):
        with pytest.raises(WrongUseError, match=why):
            refused()
    led.leading.end()
    with pytest.raises(WrongUseError, match="has ended"):
        led.leading.end()
    led.leading.close()
    with pytest.raises(WrongUseError, match="leads no class"):
        led.leading.close()
