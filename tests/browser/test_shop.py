"""A page of the shop in a real browser tells of itself, within the trace that it was made in."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from opentelemetry.trace import format_span_id, format_trace_id
from playwright.sync_api import Page

from kit.platform import Platform
from kit.variants import FixedVariants
from services.frontend.app import create_app
from services.frontend.page_vitals import PageVitals, Vitals
from services.frontend.settings import Settings
from tests.telemetry.recorder import Recorder
from tests.unit.frontend.peers import PASSWORD, Peers
from tests.unit.frontend.reading import CARD
from tests.unit.loadgen.serving import serve, wait_for

pytestmark = pytest.mark.process

SECRET = "a-secret-for-tests-only"
WITHIN_S = 30.0

Span = dict[str, Any]


class Told(Vitals):
    """What browsers have told."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self.views: list[PageVitals] = []

    def record(self, told: PageVitals) -> None:
        """Keep it."""
        self.views.append(told)

    def spans(self, name: str, page: str = "") -> list[Span]:
        """All of that name, and of that page if one is given, once there are some."""
        wait_for(lambda: self._named(name, page), WITHIN_S)
        return self._named(name, page)

    def _named(self, name: str, page: str) -> list[Span]:
        scopes = chain.from_iterable(each["resourceSpans"][0]["scopeSpans"] for each in self._peers.received)
        named = (span for scope in scopes for span in scope["spans"] if span["name"] == name)
        return [span for span in named if page in ("", attributes(span)["shop.page"])]


def attributes(span: Span) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values())) for each in span["attributes"]}


@pytest.fixture
def peers() -> Peers:
    return Peers()


@pytest.fixture
def told(peers: Peers) -> Told:
    return Told(peers)


@pytest.fixture
def shop(peers: Peers, told: Told, recorder: Recorder) -> Iterator[str]:
    """The frontend's address; the recorder has to be there first."""
    app = create_app(Settings(session_secret=SECRET), Platform(FixedVariants(), transport=peers))
    app.state.listener = replace(app.state.listener, vitals=told)
    with serve(app) as url:
        yield url


def test_a_page_and_what_it_loads_belong_to_the_trace_of_the_request(
    page: Page, shop: str, told: Told, peers: Peers, recorder: Recorder
) -> None:
    page.goto(f"{shop}/?query=tea+pot")
    [load] = told.spans("documentLoad")
    [server] = [span for span in recorder.spans() if span.name == "GET /"]
    assert load["traceId"] == format_trace_id(server.context.trace_id)
    assert load["parentSpanId"] == format_span_id(server.context.span_id)
    assert attributes(load)["url.full"] == f"{shop}/"
    assert attributes(load)["shop.page"] == "list"
    parts = told.spans("documentFetch") + told.spans("resourceFetch")
    assert f"{shop}/static/shop.css" in [attributes(span)["url.full"] for span in parts]
    assert {span["parentSpanId"] for span in parts} == {load["spanId"]}
    assert "pot" not in str(peers.received)


def test_later_requests_belong_to_it_too_and_are_joined_to_what_serves_them(
    page: Page, shop: str, told: Told, peers: Peers, recorder: Recorder
) -> None:
    peers.order_status = "processing"
    order_page(page, shop)
    [request, *_] = told.spans("GET")
    server = next(span for span in recorder.spans() if span.name == "GET /api/orders/{order_id}")
    assert server.parent is not None
    assert format_span_id(server.parent.span_id) == request["spanId"]
    [load] = told.spans("documentLoad", "order")
    assert request["traceId"] == load["traceId"]
    assert attributes(request)["url.full"] == f"{shop}/api/orders/{{id}}"


def test_a_wait_for_the_next_page_is_told(page: Page, shop: str, told: Told) -> None:
    order_page(page, shop)
    assert f"{shop}/checkout" in [attributes(span)["url.full"] for span in told.spans("submit")]


def test_vitals_are_told_when_the_page_is_left(page: Page, shop: str, told: Told) -> None:
    page.goto(shop)
    page.get_by_role("searchbox").click()
    page.goto("about:blank")
    wait_for(lambda: told.views, WITHIN_S)
    assert told.views[0].model_dump(exclude_none=True).keys() >= {"page", "ttfb", "fcp", "lcp", "cls", "load"}
    assert told.views[0].page == "list"


def order_page(page: Page, shop: str) -> None:
    """Ann logs in and orders a tea pot."""
    page.set_default_timeout(WITHIN_S * 1000)
    page.goto(f"{shop}/login")
    page.fill("input[name=email]", "ann@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{shop}/")
    page.goto(f"{shop}/products/1")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart")
    page.goto(f"{shop}/checkout")
    page.fill("input[name=card_number]", CARD)
    page.get_by_role("button", name="Pay").click()
    page.wait_for_url("**/orders/*")
