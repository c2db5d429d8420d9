"""Bodies of requests, read up to a bound: what comes is counted, whatever a header promises."""

import asyncio

from starlette.requests import Request
from starlette.types import Message

from whodunit.errors import WrongUseError

WHOLE_WITHIN_S = 10.0
"""A body that takes longer holds a place that others need."""


class TooLargeError(WrongUseError):
    """A request holds more than is taken."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"More than {most_bytes} bytes are not taken.", "Send less.")


def bounded(request: Request, most_bytes: int) -> Request:
    """The same request; who reads more of its body than `most_bytes` gets TooLargeError in place of the rest."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most_bytes:
            raise TooLargeError(most_bytes)
        return message

    return Request(request.scope, receive)


async def body(request: Request, most_bytes: int) -> bytes:
    """The body of a request; raises WrongUseError for one that is longer than `most_bytes`, or takes too long."""
    try:
        async with asyncio.timeout(WHOLE_WITHIN_S):
            return await bounded(request, most_bytes).body()
    except TimeoutError:
        raise WrongUseError("The request took too long to arrive.", "Try again.") from None
