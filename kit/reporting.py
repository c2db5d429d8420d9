"""Tell the lab, outside the telemetry, which operational variants were in force and for how many requests."""

import asyncio

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit.variants import Usage

INTERVAL_S = 1.0


async def report_usage(service: str, lab_url: str, usage: Usage) -> None:
    """Post what was counted, each second, until cancelled; what cannot be delivered is kept for the next time."""
    async with httpx.AsyncClient(
        base_url=lab_url, timeout=2.0, trust_env=False, verify=lab_url.startswith("https:")
    ) as client:
        while True:
            await asyncio.sleep(INTERVAL_S)
            counts = usage.take()
            for (flag, variant), affected in counts.items():
                body: dict[str, str | int] = {
                    "service": service,
                    "flag": flag,
                    "variant": variant,
                    "affected": affected,
                }
                if not await _deliver(client, body):
                    usage.put_back({(flag, variant): affected})


async def _deliver(client: httpx.AsyncClient, body: dict[str, str | int]) -> bool:
    try:
        with suppress_instrumentation():
            answer = await client.post("/reports", json=body)
    except httpx.HTTPError:
        return False
    return answer.is_success
