"""Tell the lab, outside the telemetry, which operational variants were in force and for how many requests."""

import asyncio
from contextlib import suppress

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit.variants import Usage

INTERVAL_S = 1.0
LAST_WORD_WITHIN_S = 0.5


async def report_usage(
    service: str, lab_url: str, usage: Usage, transport: httpx.AsyncBaseTransport | None = None
) -> None:
    """Post what was counted, once a second at most and when cancelled; what cannot be delivered is kept for later."""
    counted, loop = asyncio.Event(), asyncio.get_running_loop()
    counted.set()  # there may be something already
    usage.tell = lambda: counted.is_set() or loop.call_soon_threadsafe(counted.set)
    async with httpx.AsyncClient(
        base_url=lab_url, timeout=2.0, trust_env=False, verify=lab_url.startswith("https:"), transport=transport
    ) as client:
        try:
            while True:
                await counted.wait()
                counted.clear()
                await _report(client, service, usage)
                await asyncio.sleep(INTERVAL_S)
        finally:
            usage.tell = lambda: None
            with suppress(TimeoutError):  # what ends a service within its first second is told, too
                async with asyncio.timeout(LAST_WORD_WITHIN_S):
                    await _report(client, service, usage)


async def _report(client: httpx.AsyncClient, service: str, usage: Usage) -> None:
    for (flag, variant), affected in usage.take().items():
        body: dict[str, str | int] = {"service": service, "flag": flag, "variant": variant, "affected": affected}
        if not await _deliver(client, body):
            usage.put_back({(flag, variant): affected})


async def _deliver(client: httpx.AsyncClient, body: dict[str, str | int]) -> bool:
    try:
        with suppress_instrumentation():
            answer = await client.post("/reports", json=body)
    except httpx.HTTPError:
        return False
    return answer.is_success
