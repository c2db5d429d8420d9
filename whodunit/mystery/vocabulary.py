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


def meant(answer: Answer) -> Answer:
    """The answer in the spelling of the vocabulary; raises WrongUseError for a word that is right in no mystery."""
    known = _known()
    component, reason, propagation = (known[field].meant for field in ("component", "reason", "propagation"))
    spelled = {
        "component": answer.component and component(answer.component),
        "reason": answer.reason and reason(answer.reason),
        "second_component": answer.second_component and component(answer.second_component),
        "second_reason": answer.second_reason and reason(answer.second_reason),
        "propagation": [propagation(service) for service in answer.propagation],
        "mitigation": answer.mitigation if answer.mitigation in ("", NOBODY) else parsed(answer.mitigation).name,
    }
    return answer.model_copy(update=spelled)


def causes() -> dict[str, str]:
    """The closed vocabulary of causes: each word with its definition."""
    return {reason.value: reason.meaning for reason in Reason}


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
