"""The words that give the cause of a mystery away: none of them may be read while it runs."""

from collections.abc import Iterator

from whodunit.faults.catalogue import read
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth


def sealed_words(name: str) -> list[str]:
    """Every flag that breaks something, and what names the case of that name and its siblings."""
    return [*_flags(), *_family(name)]


def _flags() -> Iterator[str]:
    for key, entry in read().flags.items():
        if entry.kind in ("fault", "decoy"):
            yield from {key, key.replace("-", "_")}


def _family(name: str) -> Iterator[str]:
    for case in catalogue.cases():
        if case.slug == catalogue.find(name).slug:
            truth = load_truth(case)
            yield from (case.slug, case.name, truth.reason.value, truth.explanation[:30])
