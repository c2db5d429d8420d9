"""The host over an imaginary shop: what it seals, what it tells, what it takes up again."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.unit.mystery.fakes import END, ONSET, TELLING, FakeBoard, FakeLoad, Incident
from whodunit.errors import LabError, WrongUseError
from whodunit.incident import catalogue
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.truth import Reason
from whodunit.mystery.answer import Answer
from whodunit.mystery.choice import choose
from whodunit.mystery.decoys import decoy_of
from whodunit.mystery.grading import affected
from whodunit.mystery.handin import as_text, read
from whodunit.mystery.host import MysteryHost
from whodunit.mystery.mitigations import of_flag
from whodunit.mystery.notebook import Noted
from whodunit.mystery.plan import STAGING_S, hand_in_key
from whodunit.mystery.schemas import Wanted
from whodunit.mystery.stage import Stage
from whodunit.mystery.surroundings import Surroundings
from whodunit.mystery.vault import Vault
from whodunit.telemetry.citation import SpanCitation
from whodunit.topology import BY_NAME

pytestmark = pytest.mark.anyio

CASES = catalogue.cases()
NAME = "checkout-hangs/leaked"
MINUTES = 6.0
LOST = "The lab was restarted, and cannot go on with it: this mystery was ended, and costs no points."
PINNED = Noted(evidence=f"span {TELLING} {'1' * 16}", title="A slow payment")


def seed_of(wanted: Callable[[Case], bool]) -> int:
    """The first seed that brings such a case, and nothing innocent beside it."""
    return next(
        seed
        for seed in range(987_654_321, 987_656_000)
        if wanted(case := choose(CASES, seed, None, MINUTES).case) and not decoy_of(CASES, case.slug, seed)
    )


SEED = seed_of(lambda case: case.name == NAME)
CHOICE = choose(CASES, SEED, None, MINUTES)
CASE = CHOICE.case
FAULT = CASE.scenario.flags[0]
FLAG = CASE.scenario.remedies[0].flag
REMEDY = of_flag(FLAG)


class Table:
    """A host, and everything around it that a test can look at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_s = ONSET.timestamp() - CHOICE.onset_after_s - STAGING_S
        self.board, self.load = FakeBoard(), FakeLoad()
        self.telemetry = Incident(case=CASE)
        self.away: list[str] = []
        self.forgotten: list[float] = []
        self.host = self.new_host()

    def new_host(self) -> MysteryHost:
        """As after a restart of the lab."""
        around = Surroundings(
            mode="lite",
            load=self.load,
            vault=Vault(self.folder),
            telemetry=lambda: self.telemetry,
            ready=self.ready,
            missing=self.missing,
            forget=lambda: self.forgotten.append(self.now_s),
            cases=lambda: CASES,
            clock=lambda: self.now_s,
        )
        return MysteryHost(Stage(self.board, self.load, around.clock), around)

    async def ready(self) -> bool:
        return True

    async def missing(self) -> list[str]:
        return self.away

    async def start(self, seed: int = SEED, *, keep: bool = False) -> dict[str, Any]:
        told = await self.host.start(Wanted(seed=seed, minutes=MINUTES, leader="sesame", keep=keep))
        self.read_by(*BY_NAME)
        return told

    def read_by(self, *services: str) -> None:
        for service in services:
            self.host.key(self.host._running.diary.plan.id, service)

    def at(self, moment: datetime) -> None:
        self.now_s = moment.timestamp()

    async def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_s += 1
            await self.host.tick()


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path / "mystery")


def right() -> Answer:
    truth = load_truth(CASE)
    return Answer(
        component=truth.component or "",
        reason=truth.reason.value,
        onset=ONSET,
        propagation=sorted(affected(truth)),
        mitigation=REMEDY,
        player="Ada",
    )


async def solve(table: Table) -> None:
    await table.start()
    table.at(ONSET)
    await table.pass_s(45)
    table.host.mitigate(*REMEDY.split())
    table.telemetry.healed = datetime.fromtimestamp(table.now_s, ONSET.tzinfo)
    await table.pass_s(40)


async def test_it_breaks_by_itself_at_the_onset_until_the_end(table: Table) -> None:
    await table.start()
    begun = ("set", FAULT.flag, FAULT.variant, round(MINUTES * 60 + STAGING_S), int(ONSET.timestamp()))
    assert table.board.history == [("clear", None), begun]
    assert table.board.sealed
    assert table.load.spec
    assert table.load.spec["seconds"] == MINUTES * 60 + STAGING_S


async def test_what_belongs_to_its_history_is_there_from_the_start(tmp_path: Path) -> None:
    seed = seed_of(lambda case: case.name == "checkout-hangs/cut")
    case = choose(CASES, seed, None, MINUTES).case
    table = Table(tmp_path)
    await table.host.start(Wanted(seed=seed, minutes=MINUTES))
    begun = {(line[1], line[4] - int(table.now_s) > 0) for line in table.board.history[1:]}
    before = {(each.flag, False) for each in case.scenario.before}
    assert begun == before | {(each.flag, True) for each in case.scenario.flags}
    table.host.mitigate("larger-pool", "payment")
    table.host.mitigate("roll-back", "payment")
    assert [line[:2] for line in table.board.history[-3:]] == [
        ("clear", "payment-larger-pool"),
        ("set", "payment-larger-pool"),
        ("set", "payment-rollback"),
    ]


async def test_the_complaint_is_told_and_nothing_else(table: Table) -> None:
    told = await table.start()
    assert told["complaint"] == CASE.scenario.story
    assert not [word for word in secrets() if word in str(told)]


def secrets() -> set[str]:
    truth = load_truth(CASE)
    return {FAULT.flag, CASE.name, CASE.slug, truth.reason.value, truth.explanation[:40], str(SEED), "onset"}


async def test_what_lies_in_the_folder_and_in_the_hand_in_names_nothing(table: Table) -> None:
    await table.start()
    table.at(ONSET)
    await table.pass_s(5)
    handed_in = as_text(
        await table.host.answer(Answer(evidence=[SpanCitation(trace=TELLING, span="1" * 16)], component="order"))
    )
    files = [path.read_text() for path in table.folder.iterdir()]
    assert len(files) == 2
    for text in [*files, handed_in, str(table.host.status())]:
        assert not [word for word in secrets() - {"onset"} if word in text]


async def test_the_key_file_is_its_owners(table: Table) -> None:
    await table.start()
    assert (table.folder / "key").stat().st_mode & 0o077 == 0


async def test_the_right_answer_and_a_repair_that_was_seen_get_all_but_what_evidence_earns(table: Table) -> None:
    await solve(table)
    await table.host.answer(right())
    told = await table.host.reveal()
    assert told["verdict"]["score"] == 75, told["verdict"]
    assert told["case"] == CASE.name
    assert told["proof"]


async def test_a_repair_before_anything_was_broken_proves_nothing(table: Table) -> None:
    await table.start()
    table.host.mitigate(*REMEDY.split())
    table.telemetry.healed = ONSET
    table.at(ONSET)
    await table.pass_s(55)
    await table.host.answer(right())
    early = (await table.host.reveal())["tried"]
    assert early[0]["healed_s"] is None


async def test_a_repair_within_seconds_of_the_onset_has_ended_nothing(tmp_path: Path) -> None:
    """In these seconds no payment was counted that went well: that is no sign that none did."""
    seed = seed_of(lambda case: case.name == "checkout-hangs/leaked")
    case = choose(CASES, seed, None, MINUTES).case
    table = Table(tmp_path)
    table.telemetry = Incident(case=case)
    await table.start(seed)
    onset_s = table.host._running.diary.plan.onset_s
    table.telemetry.healed = datetime.fromtimestamp(onset_s, UTC)
    table.now_s = onset_s + 3.0
    table.host.mitigate("close-connections", "payment")
    await table.pass_s(100)
    assert (await table.host.reveal())["tried"][0]["healed_s"] is None


async def test_a_repair_that_heals_nothing_is_seen_through(table: Table) -> None:
    await table.start()
    table.at(ONSET)
    await table.pass_s(45)
    table.host.mitigate("circuit-breaker", "payment")
    await table.pass_s(60)
    told = await table.host.reveal()
    assert told["tried"][0]["healed_s"] is None


async def test_one_mitigation_at_a_time(table: Table) -> None:
    await table.start()
    table.host.mitigate(*REMEDY.split())
    table.host.mitigate("circuit-breaker", "payment")
    assert [line[:2] for line in table.board.history[2:]] == [
        ("set", FLAG),
        ("clear", FLAG),
        ("set", "payment-gateway-breaker"),
    ]
    for words in ((FAULT.flag, "payment"), ("restart", "paiment"), ("restart", "")):
        with pytest.raises(WrongUseError, match="There is no"):
            table.host.mitigate(*words)


async def test_what_does_nothing_is_taken_and_noted(table: Table) -> None:
    await table.start()
    table.host.mitigate("stop-job", "gateway")
    assert len(table.board.history) == 2
    assert table.host.status()["mitigations"] == ["stop-job gateway"]


async def test_hints_come_cheapest_first_and_end(table: Table) -> None:
    await table.start()
    hints = [table.host.hint() for _ in CASE.scenario.hints]
    assert [each["hint"] for each in hints] == CASE.scenario.hints
    assert [each["cost"] for each in hints] == [5 * (number + 1) for number in range(len(hints))]
    assert table.host.status()["hints"] == CASE.scenario.hints
    with pytest.raises(WrongUseError, match="no more"):
        table.host.hint()


async def test_a_new_lab_takes_it_up(table: Table) -> None:
    await table.start()
    table.at(ONSET)
    table.host.hint()
    table.host.pin(PINNED)
    table.host.mitigate(*REMEDY.split())
    key = table.host.key(table.board.sealed.name if table.board.sealed else "", "payment")
    table.host, table.board.history[:] = table.new_host(), []
    assert not table.host.is_sealed
    table.host.resume()
    assert table.host.status()["hints_used"] == 1
    assert [pin["title"] for pin in table.host.status()["pins"]] == ["A slow payment"]
    assert [line[:2] for line in table.board.history] == [("clear", None), ("set", FAULT.flag), ("set", FLAG)]
    assert table.board.sealed
    assert table.host.key(table.board.sealed.name, "payment") == key
    await table.host.tick()
    assert table.load.started == 2


async def test_what_was_answered_can_be_had_again_without_its_pins(table: Table) -> None:
    await table.start()
    with pytest.raises(WrongUseError, match="Nothing was answered yet"):
        table.host.answered()
    table.host.pin(PINNED)
    await table.host.answer(right())
    handed_in, diary = read(as_text(table.host.answered()), "sesame")
    assert handed_in.answer["component"] == right().component
    assert diary.pins == ()
    sealed = table.host.handed_in
    table.host.remark(table.host.status()["pins"][0]["id"], "Since then.")
    assert table.host.handed_in is sealed
    table.host.hint()
    assert table.host.handed_in is not sealed
    assert [pin["evidence"] for pin in (await table.host.reveal())["pins"]] == [PINNED.evidence]


async def test_a_verdict_is_told_again_and_ends_nothing(table: Table) -> None:
    with pytest.raises(WrongUseError, match="No mystery was revealed"):
        table.host.revealed()
    told = await reveal_one(table)
    assert table.host.revealed() == told
    await table.start()
    with pytest.raises(WrongUseError, match="No mystery was revealed"):
        table.host.revealed()
    assert table.host.is_sealed


async def reveal_one(table: Table) -> dict[str, Any]:
    await table.start()
    return await table.host.reveal()


async def test_nothing_is_taken_up_where_nothing_was(table: Table) -> None:
    table.host.resume()
    assert table.host.status() == {"running": False}
    for ask in (table.host.hint, lambda: table.host.mitigate(*REMEDY.split()), lambda: table.host.key("x", "payment")):
        with pytest.raises(WrongUseError):
            ask()


async def test_after_the_end_it_can_still_be_answered(table: Table) -> None:
    await table.start()
    table.at(END)
    table.now_s += 600
    await table.pass_s(2)
    assert table.host.status()["seconds_left"] == 0
    await table.host.answer(right())
    assert (await table.host.reveal())["verdict"]["score"] == 60


@pytest.fixture
def until_s(table: Table) -> float:
    return table.now_s + STAGING_S + MINUTES * 60


async def test_a_time_box_ends_at_its_time_and_takes_nothing_afterwards(table: Table, until_s: float) -> None:
    told = await table.host.start(Wanted(seed=SEED, until_s=until_s))
    assert (told["closes"], table.now_s + told["seconds_left"]) == (True, int(until_s))
    table.read_by(*BY_NAME)
    table.now_s = until_s - 1
    await table.host.answer(right())
    table.now_s = until_s
    for late in (table.host.hint, lambda: table.host.mitigate(*REMEDY.split())):
        with pytest.raises(WrongUseError, match="Your last answer counts"):
            late()
    with pytest.raises(WrongUseError, match="no more answers"):
        await table.host.answer(right())
    assert table.host.status()["answered"]
    assert table.host.handed_in
    assert (await table.host.reveal())["answer"]["component"] == right().component


async def test_who_has_not_answered_in_time_may_still_see_the_truth(table: Table, until_s: float) -> None:
    await table.host.start(Wanted(seed=SEED, until_s=until_s))
    table.now_s = until_s
    with pytest.raises(WrongUseError, match="Nothing was answered"):
        await table.host.answer(right())
    assert (await table.host.reveal())["verdict"]["score"] == 0


@pytest.mark.parametrize(("minutes", "told"), [(2, "2 minutes"), (56, "56 minutes"), (-1, "is over")])
async def test_a_time_box_is_neither_too_short_nor_too_long(table: Table, minutes: int, told: str) -> None:
    with pytest.raises(WrongUseError, match=told):
        await table.host.start(Wanted(seed=SEED, until_s=table.now_s + STAGING_S + minutes * 60))
    assert not table.host.is_sealed


async def test_a_time_box_outlives_the_lab(table: Table, until_s: float) -> None:
    await table.host.start(Wanted(seed=SEED, until_s=until_s))
    table.now_s = until_s
    host = table.new_host()
    host.resume()
    with pytest.raises(WrongUseError, match="no more answers"):
        host.hint()


async def test_revealed_everything_is_as_it_was(table: Table) -> None:
    await table.start()
    with pytest.raises(WrongUseError, match="one at a time"):
        await table.start()
    await table.host.reveal()
    assert table.board.sealed is None
    assert table.board.history[-1] == ("clear", None)
    assert table.load.spec is None
    assert not table.folder.exists()
    assert not table.host.is_sealed


async def test_a_load_that_cannot_start_leaves_nothing_behind(table: Table) -> None:
    def refuse(spec: dict[str, Any]) -> None:
        raise LabError("No.", "Later.")

    table.load.start = refuse  # type: ignore[method-assign]
    with pytest.raises(LabError):
        await table.start()
    assert not table.host.is_sealed
    assert table.board.sealed is None


async def test_two_that_start_at_once_get_one_mystery(table: Table) -> None:
    first, second = asyncio.create_task(table.start()), asyncio.create_task(table.start())
    begun = await first
    with pytest.raises(WrongUseError, match="one at a time"):
        await second
    assert table.host.status()["mystery"] == begun["mystery"]


async def test_a_class_s_hand_in_is_opened_by_its_leader_and_grows_with_what_is_done_after_the_answer(
    table: Table,
) -> None:
    sealing = hand_in_key("only I know it")
    await table.host.start(Wanted(seed=SEED, minutes=MINUTES, hand_in=sealing))
    assert table.host.handed_in is None
    await table.host.answer(right())
    table.host.hint()
    table.host = table.new_host()
    table.host.resume()
    await table.host.reveal()
    assert table.host.handed_in
    found, diary = read(as_text(table.host.handed_in), "only I know it")
    assert (found.mystery, diary.hints) == (sealing.mystery, 1)


async def test_a_verdict_that_got_lost_is_told_again_until_the_next_start(table: Table) -> None:
    await table.start()
    await table.host.answer(right())
    first, second = await asyncio.gather(table.host.reveal(), table.host.reveal())
    assert first == second == await table.host.reveal()
    await table.start()
    assert (await table.host.reveal())["answer"] is None


async def test_the_verdict_is_told_whatever_becomes_of_the_load(table: Table) -> None:
    await table.start()

    def refuse() -> None:
        raise LabError("No.", "Later.")

    table.load.stop = refuse  # type: ignore[method-assign]
    assert (await table.host.reveal())["case"] == CASE.name
    assert not table.host.is_sealed
    assert not table.folder.exists()


async def test_what_cannot_be_sealed_leaves_nothing_behind(table: Table) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise LabError("The disk is full.", "Make room.")

    table.board.set = refuse  # type: ignore[method-assign]
    with pytest.raises(LabError, match="full"):
        await table.start()
    assert table.board.sealed is None
    assert not table.folder.exists()
    assert not table.host.is_sealed


@pytest.mark.parametrize("left", ['{"plan": "of another release"}', "no JSON"])
async def test_what_another_release_has_left_is_thrown_away(table: Table, left: str) -> None:
    vault = Vault(table.folder)
    vault.put(vault.make_key(), left)
    table.host.resume()
    assert table.host.status() == {"running": False, "ended": LOST}
    assert not table.host.is_sealed
    assert not table.folder.exists()


async def test_an_envelope_without_its_key_is_thrown_away(table: Table) -> None:
    await table.start()
    (table.folder / "key").unlink()
    table.host = table.new_host()
    table.host.resume()
    assert table.host.status()["ended"] == LOST
    assert not table.host.is_sealed
    assert not table.folder.exists()


def test_where_nothing_was_left_nothing_is_told(table: Table) -> None:
    table.host.resume()
    assert table.host.status() == {"running": False}


async def test_a_service_that_is_not_ready_for_long_ends_it_with_a_word(table: Table) -> None:
    await table.start()
    table.away = ["payment"]
    await table.pass_s(9)
    assert table.host.is_sealed
    await table.pass_s(3)
    assert not table.host.is_sealed
    assert (table.board.sealed, table.board.history[-1], table.load.spec) == (None, ("clear", None), None)
    ended = table.host.status()["ended"]
    assert "payment was not ready for 10 s" in ended
    assert "no points" in ended
    with pytest.raises(WrongUseError, match="payment was not ready"):
        await table.host.reveal()
    table.away = []
    await table.start()
    await table.pass_s(20)
    assert table.host.is_sealed


async def test_a_deployment_does_not_end_it(table: Table) -> None:
    await table.start()
    for _ in range(3):
        table.away = ["payment"]
        await table.pass_s(5)
        table.away = []
        await table.pass_s(20)
    assert table.host.is_sealed


async def test_a_service_that_ends_again_and_again_ends_it(table: Table) -> None:
    await table.start()
    for _ in range(4):
        table.away = ["payment"]
        await table.pass_s(7)
        table.away = []
        await table.pass_s(2)
    assert not table.host.is_sealed


async def test_what_was_before_is_forgotten_once_and_does_not_show_the_staging(table: Table) -> None:
    begun_s = (await table.start())["started_s"]
    await table.pass_s(40)
    assert [moment - begun_s for moment in table.forgotten] == [0]
    table.host = table.new_host()
    table.host.resume()
    await table.pass_s(5)
    assert len(table.forgotten) == 1


async def test_a_verification_forgets_nothing(table: Table) -> None:
    await table.start(keep=True)
    await table.pass_s(40)
    assert table.host.status()["begins_in_s"] == 0
    assert table.forgotten == []


async def test_it_begins_when_every_service_has_read_what_is_there_from_the_beginning_on(table: Table) -> None:
    late, *others = BY_NAME
    await table.host.start(Wanted(seed=SEED, minutes=MINUTES))
    table.read_by(*others)
    await table.pass_s(int(STAGING_S) + 3)
    assert table.host.status()["begins_in_s"] > 0
    assert not table.forgotten
    table.read_by(late)
    await table.pass_s(1)
    assert table.host.status()["begins_in_s"] == 0
    assert table.forgotten


async def test_a_service_that_does_not_read_it_ends_it_with_a_word(table: Table) -> None:
    await table.host.start(Wanted(seed=SEED, minutes=MINUTES))
    await table.pass_s(30)
    assert "frontend has not read" in table.host.status()["ended"]


async def test_a_service_that_the_cause_takes_away_does_not_end_it_but_another_does(table: Table) -> None:
    await table.start(seed_of(lambda case: case.name == "checkout-hangs/crash-loop"))
    table.away = ["payment"]
    await table.pass_s(60)
    assert table.host.is_sealed
    table.away = ["payment", "order"]
    await table.pass_s(12)
    assert "order was not ready for 10 s" in table.host.status()["ended"]


def test_a_case_that_takes_a_service_away_says_so_in_its_truth() -> None:
    crashing = {case.name for case in CASES if any(fault.variant == "crashes" for fault in case.scenario.flags)}
    assert crashing == {case.name for case in CASES if load_truth(case).reason is Reason.CRASH_LOOP}


async def test_a_restart_is_over_when_it_has_happened_and_can_be_ordered_again(table: Table) -> None:
    await table.start()
    for _ in range(2):
        table.host.mitigate("restart", "token")
    lines = [line[:4] for line in table.board.history[2:]]
    assert lines == [("set", "token-restart", "on", 10), ("clear", "token-restart"), ("set", "token-restart", "on", 10)]
    table.host = table.new_host()
    table.host.resume()
    assert table.board.history[-1][1] == FAULT.flag
