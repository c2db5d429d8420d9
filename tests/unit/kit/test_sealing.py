"""A sealed flag file: the shop reads it as any other, nobody else reads anything in it."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.flags import Flags
from kit.release import NEXT_RELEASE, Release
from kit.seal import Seal
from tests.flag_files import reading
from whodunit.faults import flagfile
from whodunit.faults.board import FaultBoard
from whodunit.faults.sealing import FlagSeal
from whodunit.home import Home

POOL = "payment-pool-exhaustion"
KEY = bytes(range(32))
NOW_S = int(time.time())
SEAL = FlagSeal("a1b2", KEY, NOW_S - 200, NOW_S - 100, NOW_S + 100, NOW_S + 300)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def board(home: Home) -> FaultBoard:
    return FaultBoard(home)


@pytest.fixture
def keys() -> dict[str, bytes]:
    return {SEAL.name: KEY}


@pytest.fixture
def flags(home: Home, board: FaultBoard, keys: dict[str, bytes]) -> Iterator[Flags]:
    with reading(home.flags_file, keys.get) as running:
        yield running


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sealed(home: Home) -> bool:
    return "metadata" in json.loads(home.flags_file.read_text())


def test_the_shop_reads_what_is_in_force(flags: Flags, board: FaultBoard) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 60, start_s=NOW_S - 1)
    wait_for(lambda: flags.operations.value(POOL) == "on")
    assert {flags.operations.value(key) for key in board.flags if key != POOL} == {"off"}
    board.clear(POOL)
    wait_for(lambda: flags.operations.value(POOL) == "off")


def test_an_activation_begins_by_itself(flags: Flags, board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 60, start_s=int(time.time()) + 2)
    written = home.flags_file.read_text()
    assert flags.operations.value(POOL) == "off"
    wait_for(lambda: flags.operations.value(POOL) == "on")
    board.expire()
    assert home.flags_file.read_text() == written


def test_without_the_key_everything_counts_as_off(flags: Flags, board: FaultBoard, keys: dict[str, bytes]) -> None:
    keys.clear()
    board.set(POOL, "on", 60)
    wait_for(lambda: flags.operations.value(POOL) == "on")
    board.seal(SEAL)
    wait_for(lambda: flags.operations.value(POOL) == "off")


def test_who_starts_meanwhile_is_told_the_key_before_it_decides(
    board: FaultBoard, home: Home, keys: dict[str, bytes]
) -> None:
    """Which release it is, for one: it would end itself as soon as it can read what was deployed."""
    board.seal(SEAL)
    board.set("payment-deployment", "on", 60, start_s=NOW_S - 1)
    asked, told = Event(), Event()

    def ask(name: str) -> bytes | None:
        asked.set()
        return keys[name] if told.wait(5) else None

    with reading(home.flags_file, ask) as flags:
        assert asked.wait(5)
        assert not flags.wait_readable(0)
        told.set()
        assert flags.wait_readable(5)
        assert Release("payment", flags.operations).version == NEXT_RELEASE


def test_an_open_file_is_not_waited_for(flags: Flags, board: FaultBoard) -> None:
    assert flags.wait_readable(0)
    board.seal(SEAL)
    wait_for(lambda: flags._keys.is_sealed)
    board.unseal()
    wait_for(lambda: flags.wait_readable(0) and not flags._keys.is_sealed)


def test_no_text_tells_its_variant_by_its_length() -> None:
    flags = flagfile.packaged()["flags"].items()
    assert len({len(Seal(KEY).closed(key, variant, 1)) for key, flag in flags for variant in flag["variants"]}) == 1


def test_unsealed_it_is_an_ordinary_file_again(flags: Flags, board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 60)
    wait_for(lambda: flags.operations.value(POOL) == "on")
    board.unseal()
    assert not sealed(home)
    wait_for(lambda: flags._keys.seal is None)
    assert flags.operations.value(POOL) == "on"


def test_the_file_names_no_flag_and_no_variant(board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set("gateway-slow", "timeout", 60, start_s=NOW_S)
    text = home.flags_file.read_text()
    for key, flag in flagfile.packaged()["flags"].items():
        words = {key, *flag["variants"], *map(str, flag["metadata"].values())} - {"on"}
        assert not [word for word in words if f'"{word}"' in text], key


def test_position_and_shape_tell_nothing(board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 290, start_s=NOW_S + 10)
    flags = json.loads(home.flags_file.read_text())["flags"]
    assert list(flags) == sorted(flags)
    shapes = {json.dumps(shape(flag)) for flag in flags.values()}
    assert len(shapes) == 1, shapes
    begins = {flag["targeting"]["if"][0]["and"][1][">="][1] for flag in flags.values()}
    assert len(begins) > 2
    assert all(begin == SEAL.started_s or SEAL.earliest_s <= begin <= SEAL.latest_s for begin in begins)
    assert SEAL.started_s in begins


def test_what_comes_and_goes_does_so_among_decoys_that_do_and_others_that_do_not(board: FaultBoard, home: Home) -> None:
    schedule = flagfile.Schedule(120, 40)
    board.seal(replace(SEAL, schedule=schedule))
    board.set(POOL, "on", 290, schedule, start_s=NOW_S + 10)
    board.set("token-restart", "on", 290, start_s=NOW_S + 10)
    flags = json.loads(home.flags_file.read_text())["flags"].values()
    shapes = Counter(json.dumps(shape(flag)) for flag in flags)
    assert len(shapes) == 2
    assert min(shapes.values()) > len(flags) / 5


def shape(flag: flagfile.Document) -> object:
    """The flag with every number and every sealed text replaced by its size."""

    def sized(value: object) -> object:
        if isinstance(value, dict):
            return {key: sized(each) for key, each in value.items()}
        if isinstance(value, list):
            return [sized(each) for each in value]
        return len(str(value))

    return sized(flag)


def test_the_ledger_is_silent_until_the_end(board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 60)
    board.report("payment", POOL, "on", 3)
    assert not home.ledger_file.exists()
    board.unseal()
    events = [json.loads(line)["event"] for line in home.ledger_file.read_text().splitlines()]
    assert events == ["set", "effect"]


def test_a_new_lab_begins_in_the_open(board: FaultBoard, home: Home) -> None:
    board.seal(SEAL)
    board.set(POOL, "on", 60)
    again = FaultBoard(home)
    assert {each["variant"] for each in again.state()} == {"off"}
    assert not sealed(home)


NAMES = st.from_regex("[a-zA-Z][a-zA-Z0-9-]{0,22}", fullmatch=True)


@given(st.binary(min_size=32, max_size=32), NAMES, NAMES, st.integers(0, 9))
def test_what_is_sealed_for_a_flag_is_opened_for_it_alone(key: bytes, flag: str, variant: str, slot: int) -> None:
    seal = Seal(key)
    text = seal.closed(flag, variant, slot)
    assert seal.opened(flag, text) == variant
    assert seal.opened(f"{flag}x", text) == "off"
    assert Seal(bytes(each ^ 1 for each in key)).opened(flag, text) == "off"


@given(st.text())
def test_what_was_never_sealed_counts_as_off(text: str) -> None:
    assert Seal(KEY).opened(POOL, text) == "off"
