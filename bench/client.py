"""What a small request costs the service that sends it, by the way it takes: processor time, side by side."""

import asyncio
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection

import httpx
import uvloop

from bench.http_load import content_length
from kit.network import AiohttpTransport

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
        return uvloop.run(_cost_us(url, _own())), uvloop.run(_cost_us(url, httpx.AsyncHTTPTransport(trust_env=False)))
    finally:
        server.terminate()
        server.join()


def _own() -> httpx.AsyncBaseTransport:
    return AiohttpTransport(connections=100, keep_alive_s=30, verify=False)


async def _cost_us(url: str, transport: httpx.AsyncBaseTransport) -> float:
    async with httpx.AsyncClient(transport=transport, base_url=url, trust_env=False) as client:
        await _send(client, REQUESTS // 10)
        began = time.process_time()
        await asyncio.gather(*(_send(client, REQUESTS // AT_ONCE) for _ in range(AT_ONCE)))
        return (time.process_time() - began) / REQUESTS * 1e6


async def _send(client: httpx.AsyncClient, times: int) -> None:
    for _ in range(times):
        (await client.post("/orders", json={"product": 7, "quantity": 1})).json()


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
