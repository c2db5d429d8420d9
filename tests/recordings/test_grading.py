"""The grader on the kept recordings: what a player would cite from each incident, and what looks like it."""

from collections.abc import Iterator

import pytest

from tests.recordings.played import Recording, faults_of, opened, spans
from whodunit.incident.proved import proved_on
from whodunit.mystery.cases import is_mystery
from whodunit.runs import recordings

CASES = [case for case in proved_on("lite") if is_mystery(case)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def kept(request: pytest.FixtureRequest) -> Iterator[Recording]:
    """The recording of each incident."""
    with opened(recordings.kept(request.param).run.folder) as recording:
        yield recording


def test_the_right_answer_earns_it_all_and_what_looks_like_it_does_not(kept: Recording) -> None:
    assert list(faults_of(kept)) == []


def test_a_span_is_evidence_too(kept: Recording) -> None:
    """Not asked of fresh runs: how many spans take so long depends on how busy a machine is."""
    assert any(found.excludes for found in kept.findings(*spans(kept, kept.trouble)))
