"""The probe that asks a program for its readiness."""

from typing import Protocol

import httpx

PROBE_TIMEOUT_S = 1.0
PLAIN_HTTP = False
"""On the loopback interface nothing is encrypted: reading the certificates would take 25 ms and 1 MB a client."""


class Probe(Protocol):
    """Probes a program once."""

    async def __call__(self, url: str) -> bool:
        """True when the program at `url` is ready."""
        ...


class HttpProbe:
    """`GET /readyz`, answered with 200."""

    def __init__(self) -> None:
        # No kept connections: an idle one would delay the program's orderly end.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.AsyncClient(timeout=PROBE_TIMEOUT_S, limits=limits, trust_env=False, verify=PLAIN_HTTP)

    async def __call__(self, url: str) -> bool:
        """True when the program at `url` is ready."""
        try:
            return (await self._http.get(f"{url}/readyz")).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
