"""The switchboard: what it refuses, what it writes, what outlives it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from whodunit.errors import LabError
from whodunit.faults.board import FaultBoard
from whodunit.faults.errors import ActivationLengthError, UnknownFlagError, UnknownVariantError
from whodunit.faults.flagfile import Schedule
from whodunit.home import Home

POOL = "payment-pool-exhaustion"
START_S = 1_800_000_000.5


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now_s = START_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(home: Home, clock: Clock) -> FaultBoard:
    return FaultBoard(home, clock)


def in_force(board: FaultBoard) -> dict[str, str]:
    return {each["key"]: each["variant"] for each in board.state() if each["variant"] != "off"}


def ledger(home: Home) -> Iterator[tuple[str, str]]:
    for line in home.ledger_file.read_text().splitlines():
        yield json.loads(line)["event"], json.loads(line)["flag"]


def test_begins_with_everything_off(board: FaultBoard, home: Home) -> None:
    assert in_force(board) == {}
    assert set(json.loads(home.flags_file.read_text())["flags"]) == set(board.flags)


def test_an_activation_says_when_it_ends(board: FaultBoard) -> None:
    board.set(POOL, "on", 90)
    state = next(each for each in board.state() if each["key"] == POOL)
    assert (state["variant"], state["until"], state["seconds_left"]) == ("on", "2027-01-15T08:01:31.000Z", 90.5)
    assert (state["kind"], state["service"], state["variants"]) == ("fault", "payment", ["off", "on"])


def test_an_activation_ends_by_itself_and_is_recorded_at_its_end(board: FaultBoard, home: Home, clock: Clock) -> None:
    board.set(POOL, "on", 90)
    clock.now_s += 90
    assert in_force(board) == {POOL: "on"}
    clock.now_s += 60
    assert in_force(board) == {}
    last = json.loads(home.ledger_file.read_text().splitlines()[-1])
    assert last == {"time": "2027-01-15T08:01:31.000Z", "event": "expire", "flag": POOL, "variant": "on"}


def test_what_comes_and_goes_outlives_the_lab_and_its_pauses(board: FaultBoard, home: Home, clock: Clock) -> None:
    board.set(POOL, "on", 300, Schedule(every_s=120, lasts_s=40))
    clock.now_s += 60
    for each in (board, FaultBoard(home, clock)):
        state = next(flag for flag in each.state() if flag["key"] == POOL)
        assert (state["variant"], state["schedule"]) == ("on", {"every_s": 120, "lasts_s": 40})
    clock.now_s += 300
    assert in_force(FaultBoard(home, clock)) == {}


def test_the_same_variant_again_lasts_on_and_keeps_its_effects(board: FaultBoard, home: Home, clock: Clock) -> None:
    board.set(POOL, "on", 90)
    board.report("payment", POOL, "on", 5)
    board.set(POOL, "on", 900)
    clock.now_s += 120
    for each in (board, FaultBoard(home, clock)):
        state = next(flag for flag in each.state() if flag["key"] == POOL)
        assert (state["variant"], state["affected"]) == ("on", 5)
    assert [event for event, _ in ledger(home)] == ["set", "effect", "extend"]


def test_clearing_one_leaves_the_others(board: FaultBoard, home: Home) -> None:
    board.set(POOL, "on")
    board.set("gateway-slow", "timeout")
    board.clear(POOL)
    assert in_force(board) == {"gateway-slow": "timeout"}
    board.clear()
    board.clear()
    assert in_force(board) == {}
    switched = [("set", POOL), ("set", "gateway-slow"), ("clear", POOL), ("clear", "gateway-slow")]
    assert list(ledger(home)) == switched


def test_setting_off_is_clearing(board: FaultBoard) -> None:
    board.set(POOL, "on")
    board.set(POOL, "off")
    assert in_force(board) == {}


def test_outlives_its_lab(board: FaultBoard, home: Home, clock: Clock) -> None:
    board.set(POOL, "on", 90)
    board.set("gateway-slow", "slow", 10)
    board.report("payment", POOL, "on", 7)
    clock.now_s += 30
    heir = FaultBoard(home, clock)
    assert in_force(heir) == {POOL: "on"}
    assert heir.reports() == board.reports() != []
    assert list(ledger(home))[-1] == ("expire", "gateway-slow")


def test_what_is_in_force_is_found_behind_a_byte_order_mark(board: FaultBoard, home: Home) -> None:
    board.set(POOL, "on")
    home.flags_file.write_text(home.flags_file.read_text(), encoding="utf-8-sig")
    assert in_force(FaultBoard(home)) == {POOL: "on"}


@pytest.mark.parametrize("content", ["{", "[]", '{"flags": []}', '{"flags": {"gone": {"targeting": 1}}}'])
def test_a_broken_flag_file_is_replaced(home: Home, content: str) -> None:
    home.create()
    home.flags_file.write_text(content)
    assert in_force(FaultBoard(home)) == {}
    assert POOL in json.loads(home.flags_file.read_text())["flags"]


def test_unknown_names_are_answered_with_the_valid_ones(board: FaultBoard) -> None:
    with pytest.raises(UnknownFlagError, match="no flag 'pool'") as unknown:
        board.set("pool", "on")
    assert POOL in unknown.value.hint
    assert unknown.value.valid == sorted(board.flags)
    with pytest.raises(UnknownVariantError) as variant:
        board.set("gateway-slow", "on")
    assert variant.value.valid == ["off", "slow", "timeout"]
    with pytest.raises(UnknownFlagError):
        board.clear("pool")


@pytest.mark.parametrize("seconds", [0, -1, 86_401, float("nan"), float("inf")])
def test_every_activation_has_a_sensible_end(board: FaultBoard, seconds: float) -> None:
    with pytest.raises(ActivationLengthError):
        board.set(POOL, "on", seconds)


def test_effects_count_from_the_latest_activation(board: FaultBoard) -> None:
    board.set(POOL, "on")
    board.report("payment", POOL, "on", 7)
    board.report("payment", POOL, "on", 5)
    assert board.reports() == [{"service": "payment", "flag": POOL, "variant": "on", "affected": 12}]
    board.set("gateway-slow", "slow")
    assert next(each for each in board.state() if each["key"] == POOL)["affected"] == 12
    board.clear(POOL)
    board.set(POOL, "on")
    assert board.reports() == []


def test_an_unwritable_home_is_a_lab_error(tmp_path: Path) -> None:
    (tmp_path / "flags").write_text("a file where a folder should be")
    with pytest.raises(LabError, match="Cannot write"):
        FaultBoard(Home(tmp_path))


@pytest.mark.parametrize(
    ("by_hand", "words"),
    [
        ("{ broken", "is no longer valid"),
        ("[]", "is no longer valid"),
        ('{"flags": {}}', "follow it"),
        ('\ufeff{"flags": {}}', "follow it"),
    ],
)
def test_a_flag_file_changed_by_hand_is_told_and_written_anew(
    board: FaultBoard, home: Home, by_hand: str, words: str
) -> None:
    written = home.flags_file.read_text()
    assert board.trouble() is None
    home.flags_file.write_text(by_hand)
    assert words in str(board.trouble())
    board.clear()
    assert (board.trouble(), home.flags_file.read_text()) == (None, written)


def test_a_flag_file_that_is_gone_is_told(board: FaultBoard, home: Home) -> None:
    home.flags_file.unlink()
    assert "cannot be read (No such file or directory)" in str(board.trouble())
