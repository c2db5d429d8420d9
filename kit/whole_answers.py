"""An answer's head and body in one write: uvicorn makes two of them, and each wakes who waits for the answer."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

BEGINNING = b"HTTP/"


class JoiningTransport:
    """A connection that keeps an answer's head back until its body is written, or the event loop has turned."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._head = b""
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send, or keep back."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(BEGINNING):
            self._head = data
            self._loop.call_soon(self._send_head)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is kept back, and close."""
        self._send_head()
        self._transport.close()

    def _send_head(self) -> None:
        """An answer to HEAD has no body, and the body of a stream comes later."""
        if self._head:
            self.write(b"")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class WholeAnswers(HttpToolsProtocol):
    """uvicorn's protocol on such a connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Called once for each connection."""
        super().connection_made(JoiningTransport(transport))  # type: ignore[arg-type]
