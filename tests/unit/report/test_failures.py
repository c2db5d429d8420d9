"""Where failures begin, and to whom they are passed on: from parent to child, and along nothing else."""

import pytest

from tests.unit.report.shop import ENDED_S, ONSET_S, REFUSED, fill
from tests.unit.telemetry.duck_store import DuckStore, at
from tests.unit.telemetry.few_at_once import FewAtOnce, NewestAtOnce
from whodunit.report.failures import Failures, failures
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store.adapter import StoreTelemetry

TROUBLE = Window(at(ONSET_S), at(ENDED_S))


def found(store: DuckStore) -> Failures:
    return failures(StoreTelemetry(store), TROUBLE)


def test_failures_begin_where_no_child_failed() -> None:
    [origin] = found(fill(DuckStore())).origins
    assert (origin.service, origin.name, origin.message, origin.count) == ("payment", "INSERT payment", REFUSED, 20)
    assert origin.example.start == at(ONSET_S + 0.06)


def test_they_are_passed_on_from_child_to_parent() -> None:
    passed_on = found(fill(DuckStore())).passed_on
    assert passed_on[("payment", "POST /payments"), ("order", "POST")] == 20
    assert (("payment", "INSERT payment"), ("order", "POST")) not in passed_on, "a grandparent is no parent"
    assert (("order", "POST"), ("payment", "POST /payments")) not in passed_on, "never the other way"


def test_two_failures_of_one_trace_are_not_joined_unless_one_called_the_other() -> None:
    store = DuckStore()
    root = store.span("page", "frontend", 31, 1, status="error")
    store.span("list", "product-catalog", 31.1, 0.1, status="error", parent_span_id=root)
    store.span("other", "recommendation", 31.2, 0.1, status="error", parent_span_id="0000000000abcdef")
    assert list(found(store).passed_on) == [(("product-catalog", "list"), ("frontend", "page"))]


def test_the_chain_leads_from_the_origin_to_the_visitor() -> None:
    chain = found(fill(DuckStore())).chain
    assert [span.service for span in chain] == [
        "payment",
        "payment",
        "order",
        "order",
        "frontend",
        "frontend",
        "load-generator",
    ]


@pytest.mark.parametrize("backend", [FewAtOnce, NewestAtOnce])
def test_more_than_a_backend_gives_at_once_are_asked_for_in_pieces(backend: type[FewAtOnce]) -> None:
    store = fill(DuckStore())
    whole, pieces = found(store), failures(backend(store, 30), TROUBLE)
    assert pieces.is_all
    assert [span.span_id for span in pieces.spans] == [span.span_id for span in whole.spans]


@pytest.mark.parametrize("backend", [FewAtOnce, NewestAtOnce])
def test_too_many_in_a_moment_are_said_to_be_some(backend: type[FewAtOnce]) -> None:
    some = failures(backend(fill(DuckStore()), 2), TROUBLE)
    assert not some.is_all
    assert some.evidence.value.startswith("more than ")


def test_a_failure_without_a_message_tells_its_type() -> None:
    store = DuckStore()
    store.span("a", "order", 31, 1, status="error", attributes={"error.type": "504"})
    store.span("b", "order", 32, 1, status="error")
    assert [origin.message for origin in found(store).origins] == ["504", "no message"]


def test_in_health_there_is_none() -> None:
    nothing = found(fill(DuckStore(), broken=False))
    assert (nothing.spans, nothing.origins, nothing.chain) == ([], [], [])
