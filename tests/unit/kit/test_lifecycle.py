"""A process tells of its start and its end, whatever ends it."""

import logging
from typing import NoReturn

import pytest

from kit.lifecycle import ENDED_BY, told


def records(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str | None, int | None]]:
    return [
        (record.levelname, record.message, vars(record).get(ENDED_BY), vars(record).get("process.exit.code"))
        for record in caplog.records
    ]


def nothing() -> str:
    return ""


def give_up(end: BaseException) -> NoReturn:
    raise end


def test_a_life_without_trouble(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), told(None, nothing):
        pass
    assert records(caplog) == [
        ("INFO", "The service starts.", None, None),
        ("INFO", "The service ends.", "told to stop", 0),
    ]


@pytest.mark.parametrize(
    ("end", "asked", "reason", "code"),
    [
        (SystemExit(75), "restarted by operations", "restarted by operations", 75),
        (SystemExit(3), "", "it cannot run", 3),
        (SystemExit(0), "", "told to stop", 0),
        (ValueError("no such setting"), "", "it cannot run", 1),
    ],
)
def test_what_ends_it_is_told_and_passed_on(
    caplog: pytest.LogCaptureFixture, end: BaseException, asked: str, reason: str, code: int
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(type(end)), told("killed by SIGKILL", lambda: asked):
        give_up(end)
    assert records(caplog) == [
        ("WARNING", "The service starts again.", "killed by SIGKILL", None),
        ("WARNING" if code else "INFO", "The service ends.", reason, code),
    ]
    assert bool(caplog.records[-1].exc_info) == isinstance(end, ValueError)
