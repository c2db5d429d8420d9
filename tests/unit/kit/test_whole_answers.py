"""An answer leaves in one piece, and nothing is kept back for longer than the event loop turns."""

import asyncio

import pytest

from kit.whole_answers import JoiningTransport

pytestmark = pytest.mark.anyio

HEAD, BODY = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", b"{}"


class Wire:
    """A connection as it is used."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append(b"closed")

    def is_closing(self) -> bool:
        return b"closed" in self.sent

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


@pytest.fixture
async def wire() -> Wire:
    return Wire()


@pytest.fixture
async def transport(wire: Wire) -> JoiningTransport:
    return JoiningTransport(wire)


async def turn() -> None:
    """Let the event loop do what it was asked to do soon."""
    await asyncio.sleep(0)


async def test_head_and_body_are_one_write(wire: Wire, transport: JoiningTransport) -> None:
    transport.write(HEAD)
    transport.write(BODY)
    transport.write(b"more")
    await turn()
    assert wire.sent == [HEAD + BODY, b"more"]


async def test_a_head_without_body_is_sent_all_the_same(wire: Wire, transport: JoiningTransport) -> None:
    transport.write(HEAD)
    assert wire.sent == []
    await turn()
    transport.write(BODY)
    assert wire.sent == [HEAD, BODY]


async def test_an_answer_is_sent_before_the_connection_is_closed(wire: Wire, transport: JoiningTransport) -> None:
    transport.write(HEAD)
    transport.close()
    await turn()
    assert (wire.sent, transport.is_closing()) == ([HEAD, b"closed"], True)


async def test_whatever_else_is_asked_the_connection_answers(transport: JoiningTransport) -> None:
    assert transport.get_extra_info("socket") == "the socket"
