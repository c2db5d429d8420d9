"""A checkout's trace, whole, in one comparison: which service does what under whom, and what is an error."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from opentelemetry import trace

from kit.variants import FixedVariants
from tests.databases import DatabaseUrl
from tests.telemetry.in_process import InProcessNetwork, checkout_services
from tests.telemetry.recorder import Recorder, trace_id

pytestmark = pytest.mark.anyio

SHOWN = ("http.response.status_code", "service.peer.name", "shop.order.status", "shop.order.reason")


COMPLETED = """\
order server POST /orders status_code=201
  order internal process order status=completed
    order client POST status_code=200 name=payment
      payment server POST /payments status_code=200
        payment internal process payment
          payment internal authenticate with gateway
            payment client POST status_code=200 name=gateway
          payment internal charge gateway
            payment client POST status_code=200 name=gateway
          payment internal record payment
    order internal reserve stock
      order client POST status_code=201 name=inventory
        inventory server POST /reservations status_code=201
      order client POST status_code=200 name=inventory
        inventory server POST /reservations/{order_id}/commit status_code=200"""


@pytest.fixture
async def network(database_url: DatabaseUrl, recorder: Recorder) -> AsyncIterator[InProcessNetwork]:
    async with checkout_services(database_url, FixedVariants()) as network:
        recorder.clear()
        yield network


async def check_out(network: InProcessNetwork, card_number: str, expected: int = 201) -> dict[str, Any]:
    body = {
        "user_id": 1,
        "items": [{"product_id": 1, "quantity": 1, "unit_price_cents": 1999}],
        "card_number": card_number,
    }
    async with httpx.AsyncClient(transport=network, base_url="http://order") as client:
        answer = await client.post("/orders", json=body, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == expected, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def test_a_checkout_that_completes(network: InProcessNetwork, recorder: Recorder) -> None:
    assert (await check_out(network, "4242424242424242"))["status"] == "completed"
    assert recorder.tree("POST /orders", attributes=SHOWN) == COMPLETED


async def test_a_declined_card_is_no_error(network: InProcessNetwork, recorder: Recorder) -> None:
    order = await check_out(network, "4000000000000002")
    assert order["status"] == "failed"
    assert "ERROR" not in recorder.tree("POST /orders", attributes=SHOWN, database=True)


async def test_the_gateway_is_told_nothing_of_our_traces(network: InProcessNetwork) -> None:
    await check_out(network, "4242424242424242")
    sent = [request for request in network.requests if request.url.host == "gateway"]
    assert len(sent) == 2
    assert not any(name in request.headers for request in sent for name in ("traceparent", "baggage", "x-deadline-ms"))
    inside = [request for request in network.requests if request.url.host in {"payment", "inventory"}]
    assert all("traceparent" in request.headers and "x-deadline-ms" in request.headers for request in inside)


async def test_a_payment_service_that_refuses_connections_is_logged_in_the_checkouts_trace(
    network: InProcessNetwork, recorder: Recorder
) -> None:
    told: list[str] = []

    def within(record: logging.LogRecord) -> bool:
        told.append(f"{trace.get_current_span().get_span_context().trace_id:032x} {record.getMessage()}")
        return True

    network.refusing.add("payment")
    logger = logging.getLogger("shop.http")
    logger.addFilter(within)
    try:
        await check_out(network, "4242424242424242", expected=202)
    finally:
        logger.removeFilter(within)
    first = next(span for span in recorder.spans() if span.name == "POST /orders")
    assert set(told) == {f"{trace_id(first)} Cannot connect to payment."}
