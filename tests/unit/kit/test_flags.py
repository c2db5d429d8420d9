"""What is read in a flag file, and how often."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from openfeature.contrib.provider.flagd.resolvers import InProcessResolver

from kit.flags import Flags
from tests.flag_files import reading
from whodunit.faults.board import FaultBoard
from whodunit.home import Home

FAULT = "product-reviews-unindexed"
UNNAMED = "gateway-deployment"
WITHIN_S = 5


@pytest.fixture
def board(tmp_path: Path) -> FaultBoard:
    return FaultBoard(Home(tmp_path))


@pytest.fixture
def flags(board: FaultBoard, tmp_path: Path) -> Iterator[Flags]:
    with reading(Home(tmp_path).flags_file) as flags:
        yield flags


def test_a_flag_is_evaluated_once_for_each_file_unless_the_clock_decides(
    flags: Flags, board: FaultBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[str] = []
    evaluate, switched = InProcessResolver.resolve_string_details, Event()
    monkeypatch.setattr(
        InProcessResolver,
        "resolve_string_details",
        lambda self, key, *others: evaluated.append(key) or evaluate(self, key, *others),  # type: ignore[func-returns-value]
    )
    assert [flags.operations.value(FAULT) for _ in range(3)] == ["off"] * 3
    assert evaluated == [FAULT]
    flags.operations.on_switch(switched.set)
    board.set(FAULT, "on", 60)
    assert switched.wait(WITHIN_S)
    assert [flags.operations.value(FAULT) for _ in range(3)] == ["on"] * 3
    assert evaluated == [FAULT] * 4


def test_a_flag_that_the_file_does_not_name_is_off_until_there_is_another_file(flags: Flags) -> None:
    assert flags.operations.value(UNNAMED) == "off"
    assert flags.operations.is_static(UNNAMED)
