"""The deadline that travels with a request."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from kit import deadline
from kit.deadline import DeadlineMiddleware

pytestmark = pytest.mark.anyio


async def seen_by_handler(header: bytes | None) -> float | None:
    """What a handler behind the middleware sees as the time left."""
    seen: list[float | None] = []

    async def handler(_: Scope, __: Receive, ___: Send) -> None:
        seen.append(deadline.remaining_s())

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(_: Message) -> None:
        raise AssertionError("nothing is sent")

    headers = [] if header is None else [(deadline.HEADER.lower().encode(), header)]
    await DeadlineMiddleware(handler)({"type": "http", "headers": headers}, receive, send)
    return seen[0]


async def test_a_handler_sees_what_its_caller_has_left() -> None:
    left = await seen_by_handler(b"1500")
    assert left is not None
    assert 1.0 < left <= 1.5


async def test_a_deadline_that_has_passed_stays_passed() -> None:
    left = await seen_by_handler(b"-200")
    assert left is not None
    assert left < 0


@pytest.mark.parametrize("header", [None, b"soon", b"", b"-", b"--5", b"9" * 30])
async def test_no_deadline_without_a_number(header: bytes | None) -> None:
    assert await seen_by_handler(header) is None


def test_the_header_to_send_holds_milliseconds() -> None:
    assert deadline.header() == {}
    with deadline.expires_in(2):
        assert 1900 < int(deadline.header()[deadline.HEADER]) <= 2000
    assert deadline.remaining_s() is None
