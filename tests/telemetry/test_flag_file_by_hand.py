"""A flag file that somebody broke by hand: said once, and the last good one stays in force."""

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flag_files import reading


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "flags.json"


def good(variant: str) -> str:
    flag = {"state": "ENABLED", "variants": {"off": "off", "on": "on"}, "defaultVariant": variant}
    return json.dumps({"flags": {"slow": flag}})


def until(condition: Callable[[], bool], why: str) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, why


def test_it_is_said_once_and_the_last_good_one_stays(
    file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[logging.LogRecord] = []

    def each_look(record: logging.LogRecord) -> bool:
        looks.append(record)
        return True

    monkeypatch.setattr(logging.getLogger("openfeature.contrib"), "filters", [each_look])
    file.write_text(good("on"))
    with reading(file) as flags:
        file.write_text("{ broken")
        until(lambda: len(caplog.records) == 1, "it is said")
        until(lambda: len(looks) > 5, "it is looked at again and again")
        assert flags.operations.value("slow") == "on"
        assert [(each.levelno, each.exc_info) for each in caplog.records] == [(logging.ERROR, None)]
        file.write_text(good("off"))
        until(lambda: flags.operations.value("slow") == "off", "the next good one is in force")
        file.write_text("{ broken again")
        until(lambda: len(caplog.records) == 2, "it is said anew")


def test_a_service_starts_with_everything_off_while_it_cannot_be_read(file: Path) -> None:
    file.write_text("{ broken")
    with reading(file) as flags:
        assert flags.operations.value("slow") == "off"
        file.write_text(good("on"))
        until(lambda: flags.operations.value("slow") == "on", "it is read once it can be")


def test_a_byte_order_mark_is_none_of_its_content(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text(good("on"), encoding="utf-8-sig")
    with reading(file) as flags:
        assert flags.operations.value("slow") == "on"
        file.write_text(good("off"), encoding="utf-8-sig")
        until(lambda: flags.operations.value("slow") == "off", "the next one is in force")
    assert caplog.records == []
