"""Pins are kept as an answer cites them, and not without end."""

import pytest

from whodunit.errors import WrongUseError
from whodunit.mystery.form import parsed
from whodunit.mystery.notebook import MOST_PINS, Noted, Pins, pinned, remarked, removed

NUMBER = "metric shop.payment.duration{service=payment} p95 2026-11-21T14:00:00Z..2026-11-21T14:01:00Z"
LINE = f"log {'a' * 32} Database connection timeout"


def notebook(*evidence: str) -> Pins:
    pins: Pins = ()
    for each in evidence:
        pins = pinned(pins, Noted(evidence=each), 7.0)
    return pins


@pytest.mark.parametrize("evidence", [NUMBER, LINE, f"span {'a' * 32} {'b' * 16}"])
def test_a_pin_is_evidence_as_an_answer_takes_it(evidence: str) -> None:
    [pin] = notebook(evidence)
    assert len(parsed([f"evidence={pin.evidence}"]).evidence) == 1


@pytest.mark.parametrize("wrong", ["", "payment is slow", NUMBER.replace("p95", "p250")])
def test_what_no_answer_could_cite_is_refused_with_the_forms(wrong: str) -> None:
    with pytest.raises(WrongUseError) as refused:
        notebook(wrong)
    assert "span TRACE SPAN" in refused.value.hint


def test_the_same_evidence_is_pinned_once() -> None:
    assert [pin.evidence for pin in notebook(NUMBER, LINE, NUMBER)] == [NUMBER, LINE]


def test_a_full_notebook_takes_no_more() -> None:
    full = notebook(*(f"span {'a' * 32} {number:016x}" for number in range(MOST_PINS)))
    with pytest.raises(WrongUseError, match=f"it holds {MOST_PINS} pins"):
        pinned(full, Noted(evidence=NUMBER), 7.0)


def test_a_remark_and_a_removal_are_of_one_pin() -> None:
    pins = notebook(NUMBER, LINE)
    assert [pin.comment for pin in remarked(pins, pins[1].id, "since then")] == ["", "since then"]
    assert removed(pins, pins[0].id) == pins[1:]
    with pytest.raises(WrongUseError, match="no pin 'beef'"):
        remarked(pins, "beef", "")
    with pytest.raises(WrongUseError) as refused:
        removed(pins, "beef")
    assert pins[0].id in refused.value.hint
