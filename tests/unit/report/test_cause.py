"""The cause is proven, consistent or unknown, and says why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.report.shop import ONSET_S, fill, subject
from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth
from whodunit.report.cause import CONSISTENT, PROVEN, UNKNOWN, verdict
from whodunit.report.evidence import Evidence
from whodunit.report.seen import Seen, look
from whodunit.report.subject import Known, Moment, Other, Recovered, Shown, Subject

SEEN = Shown("Payments fail", held=True, evidence=Evidence("Payments fail", "q", None, "3"))
CONTRADICTED = Other("checkout-hangs/leaked", [SEEN])
CASE = catalogue.find("checkout-hangs/held")
KNOWN = Known(CASE, load_truth(CASE), symptoms=[SEEN], others=[CONTRADICTED])
RECOVERED = Recovered(at(55), [SEEN])


@pytest.fixture(scope="module")
def base() -> Subject:
    return subject(fill(DuckStore()))


@pytest.fixture(scope="module")
def seen(base: Subject) -> Seen:
    return look(base)


def test_all_of_its_evidence_no_other_cause_and_an_end_prove_it(base: Subject, seen: Seen) -> None:
    found = verdict(replace(base, known=KNOWN, recovered=RECOVERED), seen)
    assert found.status == PROVEN
    assert found.said.startswith("payment, connection-held-across-call (")


@pytest.mark.parametrize(
    ("known", "recovered", "status", "why"),
    [
        (replace(KNOWN, symptoms=[replace(SEEN, held=False)]), RECOVERED, UNKNOWN, "was not seen: Payments fail"),
        (
            replace(KNOWN, others=[Other("checkout-hangs/cut", [])]),
            RECOVERED,
            CONSISTENT,
            "contradicts checkout-hangs/cut",
        ),
        (KNOWN, None, CONSISTENT, "that it ended when the cause was taken away was not seen"),
    ],
)
def test_what_is_missing_makes_it_less(
    base: Subject, seen: Seen, known: Known, recovered: Recovered | None, status: str, why: str
) -> None:
    found = verdict(replace(base, known=known, recovered=recovered), seen)
    assert found.status == status
    assert why in found.why


@pytest.mark.parametrize(("before_s", "status"), [(5, CONSISTENT), (31, UNKNOWN), (-5, UNKNOWN)])
def test_what_was_switched_shortly_before_is_suspected(base: Subject, seen: Seen, before_s: float, status: str) -> None:
    switched = [Moment(at(ONSET_S) - timedelta(seconds=before_s), "lock=on put in force")]
    assert verdict(replace(base, switched=switched), seen).status == status


def test_while_it_is_sealed_it_is_unknown_whatever_is_known(base: Subject, seen: Seen) -> None:
    switched = [Moment(at(ONSET_S), "lock=on put in force")]
    found = verdict(replace(base, known=KNOWN, recovered=RECOVERED, switched=switched, sealed=True), seen)
    assert (found.status, found.said) == (UNKNOWN, "a mystery runs")
