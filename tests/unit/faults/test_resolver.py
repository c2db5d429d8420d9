"""The flag file as the shop's own resolver reads it: the OpenFeature flagd provider in file mode."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType

from whodunit.faults.board import FaultBoard
from whodunit.faults.flagfile import Schedule
from whodunit.home import Home

POOL = "payment-pool-exhaustion"
SWITCHING_S = 2.0

Evaluate = Callable[[str], str]


@pytest.fixture
def board(tmp_path: Path) -> FaultBoard:
    return FaultBoard(Home(tmp_path))


@pytest.fixture
def evaluate(tmp_path: Path, board: FaultBoard) -> Iterator[Evaluate]:
    path = str(Home(tmp_path).flags_file)
    provider = FlagdProvider(resolver_type=ResolverType.FILE, offline_flag_source_path=path)
    api.set_provider_and_wait(provider)
    client = api.get_client()
    yield lambda flag: client.get_string_value(flag, "default")
    api.shutdown()


def seconds_until(condition: Callable[[], bool], deadline_s: float) -> float:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < deadline_s, f"not within {deadline_s} s"
        time.sleep(0.02)
    return time.monotonic() - begun


def test_every_flag_is_off_at_first(evaluate: Evaluate, board: FaultBoard) -> None:
    assert {evaluate(flag) for flag in board.flags} == {"off"}


def test_switching_takes_effect_within_two_seconds(evaluate: Evaluate, board: FaultBoard) -> None:
    board.set("gateway-slow", "timeout", 60)
    seconds_until(lambda: evaluate("gateway-slow") == "timeout", SWITCHING_S)
    assert evaluate(POOL) == "off"
    board.clear("gateway-slow")
    seconds_until(lambda: evaluate("gateway-slow") == "off", SWITCHING_S)


def test_a_schedule_is_kept_without_the_lab(evaluate: Evaluate, board: FaultBoard) -> None:
    board.set(POOL, "on", 60, Schedule(every_s=2, lasts_s=1))
    for variant in ("on", "off", "on"):
        seconds_until(lambda wanted=variant: evaluate(POOL) == wanted, SWITCHING_S)  # type: ignore[misc]


def test_an_activation_ends_without_the_lab(evaluate: Evaluate, board: FaultBoard, tmp_path: Path) -> None:
    begun = time.time()
    for flag in (POOL, "productCatalogFailure"):
        board.set(flag, "on", 1)
    written = Home(tmp_path).flags_file.read_text()
    for variant, within_s in (("on", SWITCHING_S), ("off", 1 + SWITCHING_S)):
        for flag in (POOL, "productCatalogFailure"):
            seconds_until(lambda flag=flag, wanted=variant: evaluate(flag) == wanted, within_s)  # type: ignore[misc]
    assert time.time() - begun >= 1
    assert Home(tmp_path).flags_file.read_text() == written
