"""What pages tell of themselves, and what is taken of it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from kit.errors import Invalid
from kit.token_bucket import TokenBucket
from services.frontend.browsers import MOST_BYTES
from services.frontend.page_vitals import PageVitals, Vitals
from services.frontend.render import Renderer
from services.frontend.visit import Visit
from tests.recorded_metrics import RecordedMetrics
from tests.unit.frontend.peers import Peers

pytestmark = pytest.mark.anyio

FRONTEND = Path(__file__).parents[3] / "services" / "frontend"
MOST_OF_A_SCRIPT = 100_000
SCOPE_SPANS = [{"scope": {"name": "s"}, "spans": [{"name": "documentLoad", "traceId": "0" * 31 + "1"}]}]
FORGED = {"attributes": [{"key": "service.name", "value": {"stringValue": "payment"}}]}
BROWSER = {"attributes": [{"key": "service.name", "value": {"stringValue": "browser"}}]}
TOLD = {"resourceSpans": [{"resource": FORGED, "scopeSpans": SCOPE_SPANS}]}


async def test_spans_are_passed_on_as_those_of_browsers(browser: httpx.AsyncClient, peers: Peers) -> None:
    answer = await browser.post("/telemetry/v1/traces", json=TOLD)
    assert (answer.status_code, answer.json()) == (200, {})
    assert peers.received == [{"resourceSpans": [{"resource": BROWSER, "scopeSpans": SCOPE_SPANS}]}]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"\x0a\x00", "application/x-protobuf", 422),
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"resourceSpans": [{}]}', "application/json", 422),
        (b" " * (MOST_BYTES + 1), "application/json; charset=utf-8", 413),
    ],
)
@pytest.mark.parametrize("path", ["/telemetry/v1/traces", "/telemetry/vitals"])
async def test_what_makes_no_sense_is_refused(
    browser: httpx.AsyncClient, peers: Peers, path: str, content: bytes, content_type: str, status: int
) -> None:
    answer = await browser.post(path, content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert peers.received == []


async def test_other_sites_tell_nothing(browser: httpx.AsyncClient, peers: Peers) -> None:
    answer = await browser.post("/telemetry/v1/traces", json=TOLD, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, peers.received) == (403, [])


@pytest.mark.parametrize("failure", [httpx.ConnectError(""), 503, 400])
async def test_a_receiver_that_is_away_is_said_to_be(
    browser: httpx.AsyncClient, peers: Peers, failure: Exception | int
) -> None:
    peers.failing["receiver"] = failure
    assert (await browser.post("/telemetry/v1/traces", json=TOLD)).status_code == 503


@pytest.fixture
def one_request(app: FastAPI) -> Iterator[None]:
    """Browsers may tell one thing, and never another."""
    usual = app.state.listener
    app.state.listener = replace(usual, allowance=TokenBucket(1, 1, lambda: 0.0))
    yield
    app.state.listener = usual


@pytest.mark.usefixtures("one_request")
async def test_more_than_the_allowance_is_refused(browser: httpx.AsyncClient) -> None:
    answers = [await browser.post("/telemetry/vitals", json={"page": "list"}) for _ in range(2)]
    assert [each.status_code for each in answers] == [204, 429]


async def test_a_view_is_taken(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/telemetry/vitals", json={"page": "list", "lcp": 812.5})).status_code == 204


def test_vitals_are_measured_by_page() -> None:
    recorded = RecordedMetrics()
    vitals = Vitals(frozenset({"list", "product"}), recorded.meter)
    vitals.record(PageVitals(page="list", lcp=812.5, cls=0.02))
    vitals.record(PageVitals(page="product", lcp=90, inp=16, ttfb=12, fcp=40, load=60))
    told = recorded.read()
    assert told["shop.page.largest_contentful_paint"] == {"list": 1, "product": 1}
    assert told["shop.page.cumulative_layout_shift"] == {"list": 1}
    with pytest.raises(Invalid, match="list, product"):
        vitals.record(PageVitals(page="nowhere"))


@pytest.mark.parametrize("sampled", [True, False])
def test_a_page_tells_of_itself_within_the_trace_that_it_was_made_in(sampled: bool) -> None:
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED if sampled else 0))
    with use_span(NonRecordingSpan(context)):
        html = shown(Renderer(0.25, dice=lambda: 0.24))
    assert ("/static/telemetry.js" in html) is sampled
    assert (f'content="00-{1:032x}-{2:016x}-01"' in html) is sampled
    assert ('data-page="error"' in html) is sampled


@pytest.mark.parametrize(("ratio", "drawn"), [(0.0, 0.0), (0.25, 0.25)])
def test_a_page_that_is_left_out_has_no_script(ratio: float, drawn: float) -> None:
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    with use_span(NonRecordingSpan(context)):
        html = shown(Renderer(ratio, dice=lambda: drawn))
    assert "telemetry" not in html
    assert "traceparent" not in html


def shown(renderer: Renderer) -> str:
    said: dict[str, Any] = {"code": 404, "title": "Not Found", "sentence": "", "detail": "", "reference": ""}
    return bytes(renderer.page(Visit({}, None), "error.html", **said).body).decode()


def test_the_script_is_the_one_that_was_built_of_free_packages() -> None:
    script = (FRONTEND / "static" / "telemetry.js").read_bytes()
    built = json.loads((FRONTEND / "browser" / "built.json").read_text())
    assert hashlib.sha256(script).hexdigest() == built["sha256"], "build it: make browser-telemetry"
    assert len(script) < MOST_OF_A_SCRIPT
    assert {each["licence"] for each in built["packages"].values()} == {"Apache-2.0"}
    wanted = json.loads((FRONTEND / "browser" / "package.json").read_text())["dependencies"]
    assert wanted.items() <= {name: each["version"] for name, each in built["packages"].items()}.items()
