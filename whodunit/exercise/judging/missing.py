"""Something that a judge misses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whodunit.exercise.evidence import Evidence


@dataclass(frozen=True)
class Missing:
    """Names the lesson in the step's file, and says what was seen instead."""

    lesson: str
    what: str


Judge = Callable[[Evidence], Iterator[Missing]]


def first_of_each(found: Iterator[Missing]) -> Iterator[Missing]:
    """One for each lesson: the same mistake in every request is one mistake."""
    taught: set[str] = set()
    for each in found:
        if each.lesson not in taught:
            taught.add(each.lesson)
            yield each
