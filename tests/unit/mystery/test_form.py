"""How an answer is typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.mystery.form import moment, parsed, read_answer


def test_in_words() -> None:
    answer = parsed(["component=payment", "propagation=payment, order", "onset=2026-11-21T14:03:20+00:00", "log=a=b"])
    assert (answer.component, answer.propagation, answer.log) == ("payment", ["payment", "order"], "a=b")
    assert answer.onset == datetime(2026, 11, 21, 14, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize("words", [["payment"], ["culprit=payment"], ["onset=yesterday"]])
def test_what_is_no_answer(words: list[str]) -> None:
    with pytest.raises(WrongUseError):
        parsed(words)


def test_a_time_of_day_is_todays() -> None:
    found = moment("14:03")
    assert (found.hour, found.minute, found.second) == (14, 3, 0)
    assert found.tzinfo
    assert found.date() == datetime.now().astimezone().date()


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answer.yaml"
    path.write_text('component: payment\npropagation: [payment, order]\nonset: "14:03:20"\n')
    assert read_answer(path).propagation == ["payment", "order"]
    for text in ("[1]", "a: [", "component: 3"):
        path.write_text(text)
        with pytest.raises(WrongUseError):
            read_answer(path)
