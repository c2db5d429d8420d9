"""Closed vocabularies whose words have definitions."""

from enum import StrEnum
from typing import Self


class Defined(StrEnum):
    """A word, and what it means in one line."""

    _value_: str
    meaning: str

    def __new__(cls, word: str, meaning: str) -> Self:
        defined = str.__new__(cls, word)
        defined._value_, defined.meaning = word, meaning
        return defined
