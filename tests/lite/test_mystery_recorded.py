"""The grader on what was recorded here: what a player would cite from each incident, and what looks like it."""

from pathlib import Path

from bench.shop import Shop
from tests.lite.conftest import INCIDENTS
from tests.lite.test_matrix import newest_that_passed
from tests.recordings.played import faults_of, opened
from whodunit.incident import catalogue
from whodunit.mystery.cases import is_mystery


def test_the_right_answer_earns_it_all_and_what_looks_like_it_does_not(recorded: Shop) -> None:
    fresh = newest_that_passed(recorded)
    found = {}
    for name in (name for name in INCIDENTS if is_mystery(catalogue.find(name))):
        with opened(Path(fresh[name])) as recording:
            found[name] = list(faults_of(recording))
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
