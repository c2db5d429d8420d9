"""Asks the shop from outside, and tells the store how that went in the metrics of the Collector's `http_check`.

https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/receiver/httpcheckreceiver/documentation.md
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

Json = dict[str, Any]

logger = logging.getLogger("whodunit.uptime")

SERVICE = "uptime-check"
EVERY_S = 5.0
WITHIN_S = 5.0
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
CUMULATIVE = 2
PATH = "/healthz"
"""Untraced and uncounted: the shop's own figures stay those of its customers."""


@dataclass(frozen=True)
class Check:
    """One request from outside: the status of its answer, or 0 and the error."""

    url: str
    duration_ms: int
    status: int = 0
    error: str = ""


class Prober:
    """Asks for a page of the frontend, again and again; what cannot be told to the store is not told later."""

    def __init__(self, frontend_url: str, store_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = frontend_url + PATH
        self._store_url = store_url
        self._http = httpx.AsyncClient(timeout=WITHIN_S, trust_env=False, transport=transport)

    async def watch(self, opened: Awaitable[object]) -> None:
        """Check once the shop is `opened`, until cancelled."""
        async with self._http:
            await opened
            while True:
                begun = time.monotonic()
                await self.tell(await self.check())
                await asyncio.sleep(max(0.0, begun + EVERY_S - time.monotonic()))

    async def check(self) -> Check:
        """Ask once."""
        begun = time.monotonic()
        try:
            status, error = (await self._http.get(self._url)).status_code, ""
        except httpx.HTTPError as failure:
            status, error = 0, str(failure) or type(failure).__name__
        return Check(self._url, round(1000 * (time.monotonic() - begun)), status, error)

    async def tell(self, check: Check) -> None:
        """Post one check's points to the store."""
        try:
            answer = await self._http.post(f"{self._store_url}/v1/metrics", json=exported(check, time.time_ns()))
            answer.raise_for_status()
        except httpx.HTTPError as error:
            logger.info("the uptime check is not stored: %s", error)


def exported(check: Check, now_ns: int) -> Json:
    """The points of one check, in OTLP's JSON."""
    resource = {"attributes": _attributes({"service.name": SERVICE})}
    scope = {"scope": {"name": "whodunit.uptime"}, "metrics": list(_metrics(check, now_ns))}
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [scope]}]}


def _metrics(check: Check, now_ns: int) -> Iterator[Json]:
    url = {"http.url": check.url}
    duration = [_point(now_ns, check.duration_ms, url)]
    yield {"name": "httpcheck.duration", "unit": "ms", "gauge": {"dataPoints": duration}}
    asked = url | {"http.method": "GET", "http.status_code": str(check.status)}
    of_class = f"{check.status // 100}xx"
    statuses = [_point(now_ns, int(each == of_class), asked | {"http.status_class": each}) for each in CLASSES]
    yield _sum("httpcheck.status", "1", statuses)
    if check.error:
        yield _sum("httpcheck.error", "{error}", [_point(now_ns, 1, url | {"error.message": check.error})])


def _sum(name: str, unit: str, points: list[Json]) -> Json:
    return {"name": name, "unit": unit, "sum": {"aggregationTemporality": CUMULATIVE, "dataPoints": points}}


def _point(now_ns: int, value: int, attributes: dict[str, str]) -> Json:
    return {"timeUnixNano": str(now_ns), "asInt": str(value), "attributes": _attributes(attributes)}


def _attributes(values: dict[str, str]) -> list[Json]:
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]
