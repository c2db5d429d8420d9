"""What cannot be an answer is told at once, with the words that can."""

from pathlib import Path

import pytest

from tests.unit.mystery.test_grading import CASES, every_case, right
from whodunit.errors import WrongUseError
from whodunit.faults.catalogue import read
from whodunit.incident.loader import Case, load_truth
from whodunit.incident.truth import Reason
from whodunit.mystery.answer import Answer
from whodunit.mystery.vocabulary import causes, meant


@every_case
def test_every_right_answer_can_be_given_in_every_word_that_counts(case: Case) -> None:
    truth = load_truth(case)
    meant(right(case))
    for component in truth.synonyms.component:
        meant(right(case, component=component.upper()))
    for reason in truth.synonyms.reason:
        meant(right(case, reason=reason.replace(" ", "-")))


def test_what_is_left_out_is_left_out() -> None:
    meant(Answer())


def test_a_word_is_kept_in_its_own_spelling() -> None:
    typed = {
        "component": "Payment",
        "reason": "Connection leak",
        "second_component": "ORDER",
        "second_reason": "bad data",
        "propagation": ["Order", "load generator"],
        "mitigation": "restart  Payment",
        "player": "ADA",
    }
    assert meant(Answer.model_validate(typed)) == Answer(
        component="payment",
        reason="connection-leak",
        second_component="order",
        second_reason="bad-data",
        propagation=["order", "load-generator"],
        mitigation="restart payment",
        player="ADA",
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"component": "paiment"}, "Did you mean 'payment'?"),
        ({"reason": "conection-leak"}, "Did you mean 'connection leak'?"),
        ({"reason": "gremlins"}, "There are: connection-held-across-call, "),
        ({"propagation": ["payment", "odrer"]}, "Did you mean 'order'?"),
        ({"mitigation": "restart"}, "There are: frontend, "),
        ({"mitigation": "restart odrer"}, "Did you mean 'order'?"),
        ({"mitigation": "pray order"}, "There are: restart, roll-back, "),
    ],
)
def test_a_slip_is_no_wrong_answer(answer: dict[str, object], told: str) -> None:
    with pytest.raises(WrongUseError) as refused:
        meant(Answer.model_validate(answer))
    assert told in refused.value.hint


def test_the_words_are_those_of_all_mysteries() -> None:
    """Or they would tell which one runs."""
    reasons = {load_truth(case).reason for case in CASES}
    with pytest.raises(WrongUseError) as refused:
        meant(Answer(reason="gremlins"))
    assert all(reason.value in refused.value.hint for reason in Reason)
    assert len(reasons) < len(Reason)


def test_every_cause_has_a_definition_of_one_line() -> None:
    assert list(causes()) == [reason.value for reason in Reason]
    assert all(20 < len(meaning) < 90 and meaning.endswith(".") for meaning in causes().values())


def test_external_peers_can_be_accused_and_nobody() -> None:
    for accused in ("gateway", "breached-passwords", "none"):
        meant(Answer(component=accused))


@pytest.mark.parametrize("page", ["README.md", "docs/mystery.md", "docs/views.md", "docs/telemetry.yaml"])
def test_what_a_player_reads_names_no_cause_in_its_examples(page: str) -> None:
    text = (Path(__file__).parents[3] / page).read_text(encoding="utf-8").split("## Figures")[0]
    faults = [key for key, entry in read().flags.items() if entry.kind == "fault" and "deployment" not in key]
    told = [word for word in [*faults, *(reason for reason in Reason if "-" in reason)] if word in text]
    assert [word for word in told if word != Reason.NOTHING_WRONG] == []
