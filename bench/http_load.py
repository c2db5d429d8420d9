"""A closed loop of requests over kept-alive connections: as little client as Python allows."""

import asyncio
from time import perf_counter


def content_length(head: bytes) -> int:
    """Number of bytes that follow this head of a request or an answer."""
    lines = head.lower().split(b"\r\n")
    return next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))


async def requests_per_second(host: str, port: int, path: str, *, connections: int, seconds: float) -> float:
    """Requests answered with 200 per second; any other answer is an error."""
    stop_at = perf_counter() + seconds
    counts = await asyncio.gather(*(_one_connection(host, port, path, stop_at) for _ in range(connections)))
    return sum(counts) / seconds


async def _one_connection(host: str, port: int, path: str, stop_at: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    answered = 0
    try:
        while perf_counter() < stop_at:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path} answered {head[:60]!r}")
            await reader.readexactly(content_length(head))
            answered += 1
    finally:
        writer.close()
    return answered
