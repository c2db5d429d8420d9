"""From each signal to the others by the identifiers they share, asked of the programs through the one entry."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep, time
from typing import Any

import httpx
import pytest

from tests.stack.harness.stack import NativeStack
from whodunit.telemetry.answers import LogRecord
from whodunit.telemetry.questions import LogQuery, Window

Json = dict[str, Any]

pytestmark = pytest.mark.stack

ARRIVES_WITHIN_S = 30.0
LOOKS_BACK_S = 600


@pytest.fixture(scope="module")
def entry(stack: NativeStack) -> Iterator[httpx.Client]:
    """The entry, with the usual load behind it."""
    with httpx.Client(base_url=stack.entry_url, timeout=10, trust_env=False) as client:
        yield client


def found(ask: Callable[[], Any], what: str) -> Any:
    """The first answer that is not empty; telemetry takes seconds to arrive."""
    give_up_at = monotonic() + ARRIVES_WITHIN_S
    while not (answer := ask()):
        assert monotonic() < give_up_at, f"{what}: nothing within {ARRIVES_WITHIN_S:g} s"
        sleep(0.5)
    return answer


def find_span(entry: httpx.Client, trace_id: str, span_id: str) -> None:
    """A trace arrives in parts: each service hands over its spans when its batch is full or old."""
    found(lambda: span_id in spans_of(entry, trace_id), f"the span {span_id} in the trace {trace_id}")


def spans_of(entry: httpx.Client, trace_id: str) -> set[str]:
    """The ids of the spans that have arrived."""
    answer = entry.get(f"/jaeger/api/traces/{trace_id}")
    return {span["spanID"] for span in answer.json()["data"][0]["spans"]} if answer.is_success else set()


def exemplars(entry: httpx.Client, query: str) -> list[Json]:
    window: dict[str, str | float] = {"query": query, "start": time() - LOOKS_BACK_S, "end": time()}
    series = entry.get("/prometheus/api/v1/query_exemplars", params=window).json()["data"]
    return [exemplar for each in series for exemplar in each["exemplars"]]


def lines(stack: NativeStack, trace_id: str | None = None) -> Sequence[LogRecord]:
    """The newest log records of `order`, of whatever keeps them."""
    now = datetime.now(UTC)
    window = Window(now - timedelta(seconds=LOOKS_BACK_S), now)
    with closing(stack.telemetry()) as telemetry:
        return telemetry.logs(LogQuery(service="order", trace_id=trace_id), window, 20).sample


def test_from_a_metric_to_its_trace(entry: httpx.Client) -> None:
    metric = 'shop_payment_duration_seconds_bucket{service_name="payment"}'
    newest = found(lambda: exemplars(entry, metric), "exemplars")[-1]
    find_span(entry, newest["labels"]["trace_id"], newest["labels"]["span_id"])


def test_from_a_metric_made_of_spans_to_a_trace(entry: httpx.Client) -> None:
    metric = 'traces_span_metrics_duration_seconds_bucket{service_name="order"}'
    newest = found(lambda: exemplars(entry, metric), "exemplars")[-1]
    assert found(lambda: spans_of(entry, newest["labels"]["trace_id"]), "the exemplar's trace")


def test_from_a_log_line_to_its_trace_and_back(entry: httpx.Client, stack: NativeStack) -> None:
    line = found(lambda: [line for line in lines(stack) if line.trace_id], "log lines")[0]
    find_span(entry, line.trace_id, line.span_id)
    assert lines(stack, trace_id=line.trace_id)


def test_from_a_span_to_the_metrics_of_its_service(entry: httpx.Client) -> None:
    query = {
        "query": 'sum by (service_name) (rate(http_server_request_duration_seconds_count{service_name="order"}[1m]))'
    }
    answer = found(lambda: entry.get("/prometheus/api/v1/query", params=query).json()["data"]["result"], "a rate")
    assert answer[0]["metric"] == {"service_name": "order"}
