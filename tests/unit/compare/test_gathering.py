"""All spans and lines of a window, from backends that give some at once; Jaeger is faked at the transport."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.unit.compare.shop import BEFORE
from tests.unit.telemetry.duck_store import DuckStore
from tests.unit.telemetry.few_at_once import FewAtOnce
from whodunit.compare.gathering import TooManyError, every_log, every_span
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window
from whodunit.telemetry.stack.http import Program
from whodunit.telemetry.stack.jaeger import Jaeger
from whodunit.telemetry.stack.links import Links
from whodunit.telemetry.stack.spans import SpanSearch

SERVICES = "frontend", "order", "payment"
BEGAN = datetime(2026, 11, 21, tzinfo=UTC)
FIVE_MINUTES = Window(BEGAN, BEGAN + timedelta(minutes=5))
PER_S, TRACES = 5, 1500


def microseconds(number: int) -> int:
    """The start of a trace; they come at equal intervals."""
    return round(BEGAN.timestamp() * 1e6) + number * 1_000_000 // PER_S


def trace(number: int) -> dict[str, Any]:
    """One with a span of each service."""
    span = {"traceID": f"{number:032x}", "startTime": microseconds(number), "duration": 1000}
    blank: dict[str, Any] = {"operationName": "work", "references": [], "tags": [], "logs": []}
    return {
        "traceID": span["traceID"],
        "processes": {name: {"serviceName": name} for name in SERVICES},
        "spans": [span | blank | {"spanID": f"{each:016x}", "processID": name} for each, name in enumerate(SERVICES)],
    }


@dataclass
class FakeJaeger:
    """Finds the newest traces first, as many as it may; where another service than the first is asked, told `again`."""

    told: Sequence[dict[str, Any]] = field(default_factory=lambda: [trace(number) for number in range(TRACES)])
    again: Mapping[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    now_s: float = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        last = request.url.path.rsplit("/", 1)[-1]
        self.asked[last] += 1
        return httpx.Response(200, json={"data": list(SERVICES) if last == "services" else self._found(request)})

    def _found(self, request: httpx.Request) -> list[dict[str, Any]]:
        wanted = request.url.params
        within = range(int(wanted["start"]), int(wanted["end"]) + 1)
        found = [each for each in reversed(self.told) if each["spans"][0]["startTime"] in within]
        again = {} if wanted["service"] == SERVICES[0] else self.again
        return [each | again for each in found[: int(wanted["limit"])]]

    @property
    def search(self) -> SpanSearch:
        """The stack's search for spans, in it."""
        jaeger = Jaeger(Program("Jaeger", "http://entry", httpx.MockTransport(self)))
        links = Links("http://entry/prometheus", "http://entry/jaeger", None)
        return SpanSearch(jaeger, links, lambda *_: set(), lambda: self.now_s)


def test_jaeger_is_asked_a_few_times_for_many_traces() -> None:
    jaeger = FakeJaeger()
    found = every_span(jaeger.search, SpanQuery(), FIVE_MINUTES)
    assert (len(found.items), found.is_all) == (TRACES * len(SERVICES), True)
    whole, pieces = 1, 7
    assert jaeger.asked == {"services": 1, "traces": (whole + pieces) * len(SERVICES)}


def test_no_more_is_gathered_than_is_wanted() -> None:
    spans = TRACES * len(SERVICES)
    assert len(every_span(FakeJaeger().search, SpanQuery(), FIVE_MINUTES, spans).items) == spans
    jaeger = FakeJaeger()
    with pytest.raises(TooManyError, match="more than 1,000 in the window"):
        every_span(jaeger.search, SpanQuery(), FIVE_MINUTES, 1_000)
    whole, pieces = 1, 2
    assert jaeger.asked["traces"] == (whole + pieces) * len(SERVICES)


def test_a_trace_that_is_told_again_is_not_decoded_again() -> None:
    jaeger = FakeJaeger([trace(0)], again={"processes": {}})
    assert len(every_span(jaeger.search, SpanQuery(), FIVE_MINUTES).items) == len(SERVICES)


def test_services_are_asked_for_again_since_spans_come_late() -> None:
    jaeger = FakeJaeger([])
    search = jaeger.search
    for now_s in (0.0, 1.0, 2.0, 3.0, 3.5):
        jaeger.now_s = now_s
        search.spans(SpanQuery(), FIVE_MINUTES, 1)
    assert jaeger.asked["services"] == 2


def test_more_lines_than_a_backend_gives_at_once_are_all_found() -> None:
    store = DuckStore()
    for number in range(57):
        store.log("Page shown.", "frontend", number)
    found = every_log(FewAtOnce(store, 10), LogQuery(), BEFORE)
    assert (len(found.items), found.is_all) == (57, True)


def test_more_in_a_moment_than_a_backend_gives_at_once_are_left_out_and_not_silently() -> None:
    store = DuckStore()
    for _ in range(11):
        store.span("GET /page", "frontend", 30, 0.1)
    found = every_span(FewAtOnce(store, 10), SpanQuery(), BEFORE)
    assert (len(found.items), found.is_all) == (10, False)
