"""The words that an answer may use. One that no incident knows is a typing error, not a wrong answer."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache

from whodunit.incident.catalogue import bundled_folders
from whodunit.incident.loader import TRUTH_FILE
from whodunit.incident.truth import Reason, Synonyms, Truth
from whodunit.mystery.answer import Answer
from whodunit.mystery.closed import Words
from whodunit.mystery.grading import NOBODY
from whodunit.mystery.mitigations import parsed
from whodunit.strict_yaml import reader
from whodunit.topology import COMPONENTS

AROUND = ("load-generator", "frontend-proxy")
"""Programs beside the services that show trouble, too."""


def check(answer: Answer) -> None:
    """Raises WrongUseError for a word that is right in no mystery."""
    known = _known()
    for field, said in _said(answer):
        if said:
            known[field].meant(said)
    if answer.mitigation not in ("", NOBODY):
        parsed(answer.mitigation)


def causes() -> dict[str, str]:
    """The closed vocabulary of causes: each word with its definition."""
    return {reason.value: reason.meaning for reason in Reason}


def _said(answer: Answer) -> Iterable[tuple[str, str]]:
    yield "component", answer.component
    yield "reason", answer.reason
    yield "component", answer.second_component
    yield "reason", answer.second_reason
    yield from (("propagation", service) for service in answer.propagation)


@cache
def _known() -> Mapping[str, Words]:
    """The words of all incidents together, so that they do not show which one runs."""
    synonyms = list(_synonyms(reader.read(folder / TRUTH_FILE, Truth) for folder in bundled_folders()))
    components = _flat(each.component for each in synonyms)
    return {
        "component": Words("service", (*COMPONENTS, NOBODY), components),
        "reason": Words("cause", tuple(reason.value for reason in Reason), _flat(each.reason for each in synonyms)),
        "propagation": Words("service", COMPONENTS, AROUND),
    }


def _synonyms(truths: Iterable[Truth]) -> Iterable[Synonyms]:
    for truth in truths:
        yield truth.synonyms
        if truth.second:
            yield truth.second.synonyms
        yield from (each.synonyms for each in truth.causes.values() if each.synonyms)


def _flat(lists: Iterable[Collection[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for each in lists for word in each))
