"""How an answer is typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from whodunit.errors import WrongUseError
from whodunit.moments import FORMS, moment
from whodunit.mystery.form import parsed, read_answer


def test_in_words() -> None:
    answer = parsed(
        ["component=payment", "propagation=payment, order", "onset=2026-11-21T14:03:20+00:00", "disproof=a=b"]
    )
    assert (answer.component, answer.propagation, answer.disproof) == ("payment", ["payment", "order"], "a=b")
    assert answer.onset == datetime(2026, 11, 21, 14, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "words", [["payment"], ["culprit=payment"], ["onset=yesterday"], ["onset=25:00"], ["onset=14"], ["onset=1:2:3:4:5"]]
)
def test_what_is_no_answer(words: list[str]) -> None:
    with pytest.raises(WrongUseError):
        parsed(words)


def test_evidence_is_read_as_it_is_printed() -> None:
    lines = [
        "span 4bf92f 00f067aa",
        "log 4bf92f Failed: no connection in 2 s",
        "metric http.server.request.duration{service=payment,http.route=/payments} p99.9 14:03:20..14:04:00",
    ]
    answer = parsed([f"evidence={line}" for line in lines])
    assert [str(each) for each in answer.evidence] == lines


@pytest.mark.parametrize(
    "line",
    [
        "a picture",
        "span 4bf92f",
        "span 4b 00f067",
        "log 4bf92f",
        "metric a.b mean",
        "metric a.b median 14:03..14:04",
        "metric a.b p 14:03..14:04",
        "metric a.b mean 14:03..14:03:05",
        "metric a.b mean 14:04..14:03",
        "metric a.b mean 14:03..teatime",
        "metric a.b mean 14:03..14:04; span 4bf92f 00f067aa",
    ],
)
def test_what_is_no_evidence(line: str) -> None:
    with pytest.raises(WrongUseError):
        parsed([f"evidence={line}"])


def test_whoever_puts_two_pieces_on_a_line_is_told_how_to_part_them() -> None:
    with pytest.raises(WrongUseError) as caught:
        parsed(["evidence=metric a.b mean 14:03..14:04, span 4bf92f 00f067aa"])
    assert "evidence=… may be given more than once" in caught.value.hint


def test_more_than_three_pieces_are_too_many() -> None:
    with pytest.raises(WrongUseError):
        parsed(["evidence=span 4bf92f 00f067"] * 4)


@pytest.mark.parametrize(
    ("now", "text", "meant"),
    [
        ("2026-11-21T14:05:00+01:00", "14:03", "2026-11-21T14:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "14:03:20", "2026-11-21T14:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "9:03", "2026-11-21T09:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "13:03:20+00:00", "2026-11-21T14:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "14:06", "2026-11-21T14:06:00+01:00"),
        ("2026-11-21T00:05:00+01:00", "23:58", "2026-11-20T23:58:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "9:03:20+02:00", "2026-11-21T08:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "14:03:20.5 +0100", "2026-11-21T14:03:20.5+01:00"),
        ("2026-11-21T14:05:00+01:00", "2:03 pm", "2026-11-21T14:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "2:03:20\u202fP.M.", "2026-11-21T14:03:20+01:00"),
        ("2026-11-21T14:05:00+01:00", "12:30 am", "2026-11-21T00:30:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "12:30pm", "2026-11-21T12:30:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "03:00 UTC", "2026-11-21T04:00:00+01:00"),
        ("2026-11-21T14:05:00+01:00", " 3:00z", "2026-11-21T04:00:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "2026-11-20 14:03 UTC", "2026-11-20T15:03:00+01:00"),
        ("2026-11-21T14:05:00+01:00", "2026-11-20T2:03:20 pm -01", "2026-11-20T16:03:20+01:00"),
    ],
)
def test_a_time_of_day_is_the_last_one(now: str, text: str, meant: str) -> None:
    assert moment(text, datetime.fromisoformat(now)) == datetime.fromisoformat(meant)
    assert moment(text).tzinfo


@pytest.mark.parametrize(
    "text", ["14:03 pm", "0:03 am", "14:3", "14:03 CEST", "14.03", "2026-13-01 14:03", "1795921228"]
)
def test_the_forms_of_a_moment_are_told(text: str) -> None:
    with pytest.raises(WrongUseError) as caught:
        moment(text)
    assert caught.value.hint == FORMS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("onset: 2026-11-21\n", ["onset=2026-11-21"]),
        ("onset: 2026-11-21 14:03:20\n", ["onset=2026-11-21 14:03:20"]),
        ("onset: 14:03:20\n", ["onset=14:03:20"]),
        ("evidence: [{trace: 12345678, span: 0012e567}]\n", ["evidence=span 12345678 0012e567"]),
        ("evidence: span 12345678 0012e567\n", ["evidence=span 12345678 0012e567"]),
        (
            """evidence:
- {log: 1_000, trace: 4bf92f}
- {metric: a.b, service: c, where: {d: 7}, statistic: p, p: 99, window: [14:03, 14:03:20]}
""",
            ["evidence=log 4bf92f 1_000", "evidence=metric a.b{service=c,d=7} p99 14:03..14:03:20"],
        ),
        ("player: 0o7\n", ["player=0o7"]),
        ("player: yes\ndisproof: 1_000\ncomponent: 0x1f\n", ["player=yes", "disproof=1_000", "component=0x1f"]),
        ("player: null\ndisproof:\ncomponent: ~\nevidence:\npropagation:\nonset:\n", []),
        ("player: 'null'\n", ["player=null"]),
        ("propagation: [payment, 7]\n", ["propagation=payment,7"]),
        (
            '{\n\t"component": "payment",\n\t"player": 12345678,\n\t"onset": null\n}',
            ["component=payment", "player=12345678"],
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_says_the_same_as_the_words(tmp_path: Path, text: str, words: list[str], encoding: str) -> None:
    path = tmp_path / "answer.yaml"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert read_answer(path) == parsed(words)


def test_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answer.yaml"
    path.write_text('component: payment\npropagation: [payment, order]\nonset: "14:03:20"\n')
    assert read_answer(path).propagation == ["payment", "order"]
    for text in (
        b"[1]",
        b"a: [",
        b"",
        b"culprit: 3",
        b"player: {a: b}",
        b"evidence: [[a]]",
        b"player: J\xfcrgen",
        b"player:x",
    ):
        path.write_bytes(text)
        with pytest.raises(WrongUseError):
            read_answer(path)


def test_a_text_that_needs_quotes_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "answer.yaml"
    path.write_text("component: payment\ndisproof: Failed: no connection\n")
    with pytest.raises(WrongUseError, match=r"answer\.yaml:2 cannot be read") as caught:
        read_answer(path)
    assert "in quotes" in caught.value.hint
