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


@pytest.mark.parametrize(
    "words", [["payment"], ["culprit=payment"], ["onset=yesterday"], ["onset=25:00"], ["onset=14"], ["onset=1:2:3:4:5"]]
)
def test_what_is_no_answer(words: list[str]) -> None:
    with pytest.raises(WrongUseError):
        parsed(words)


@pytest.mark.parametrize(
    ("now", "text", "meant"),
    [
        ("2026-11-21T14:05:00+01:00", "14:03", "2026-11-21T14:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "14:03:20", "2026-11-21T14:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "9:03", "2026-11-21T09:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "13:03:20+00:00", "2026-11-21T14:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "14:06", "2026-11-21T14:06:00+01:00"),
        ("2026-11-21T00:05:00+01:00", "23:58", "2026-11-20T23:58:00+01:00"),
    ],
)
def test_a_time_of_day_is_the_last_one(now: str, text: str, meant: str) -> None:
    assert moment(text, datetime.fromisoformat(now)) == datetime.fromisoformat(meant)
    assert moment(text).tzinfo


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answer.yaml"
    path.write_text('component: payment\npropagation: [payment, order]\nonset: "14:03:20"\n')
    assert read_answer(path).propagation == ["payment", "order"]
    for text in ("[1]", "a: [", "component: 3"):
        path.write_text(text)
        with pytest.raises(WrongUseError):
            read_answer(path)
