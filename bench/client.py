"""Processor time that a small request costs the service that sends it, for each way to send it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import httpx
import uvloop

from bench.http_load import content_length
from kit.connections import Connections
from kit.http import PeerClient
from kit.network import AiohttpNetwork

Post = Callable[..., Awaitable[Any]]

REQUESTS = 3000
AT_ONCE = 4
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}'


def measure() -> tuple[float, float]:
    """Microseconds for each request: as the services send it, and by httpx's own transport."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        return uvloop.run(_own_us(url)), uvloop.run(_httpx_us(url))
    finally:
        server.terminate()
        server.join()


async def _own_us(url: str) -> float:
    network = AiohttpNetwork(Connections(100), verify=False)
    try:
        return await _cost_us(PeerClient(url, network, httpx.Timeout(5)).post)
    finally:
        await network.aclose()


async def _httpx_us(url: str) -> float:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        return await _cost_us(client.post)


async def _cost_us(post: Post) -> float:
    await _send(post, REQUESTS // 10)
    began = time.process_time()
    await asyncio.gather(*(_send(post, REQUESTS // AT_ONCE) for _ in range(AT_ONCE)))
    return (time.process_time() - began) / REQUESTS * 1e6


async def _send(post: Post, times: int) -> None:
    for _ in range(times):
        (await post("/orders", json={"product": 7, "quantity": 1})).json()


def _serve(told: Connection) -> None:
    asyncio.run(_answer(told))


async def _answer(told: Connection) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            await reader.readexactly(content_length(head))
            writer.write(ANSWER)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()
