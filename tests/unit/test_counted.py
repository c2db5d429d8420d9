"""Numbers with their nouns."""

import pytest

from whodunit.counted import counted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (counted(0, "span"), "0 spans"),
        (counted(1, "span"), "1 span"),
        (counted(2, "span"), "2 spans"),
        (counted(1, "person", "people"), "1 person"),
        (counted(2, "person", "people"), "2 people"),
        (counted(100, "span", at_least=True), "at least 100 spans"),
    ],
)
def test_a_number_has_its_noun(said: str, wanted: str) -> None:
    assert said == wanted
