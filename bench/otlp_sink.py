"""An OTLP/HTTP receiver that accepts everything and keeps nothing."""

import asyncio

from bench.http_load import content_length

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"


async def start(host: str = "127.0.0.1") -> asyncio.Server:
    """Listen on a free port."""
    return await asyncio.start_server(_serve, host, 0)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(content_length(head))
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        writer.close()
