"""Probes all containers at once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from whodunit.stack.parts import Part

PROBE_WITHIN_S = 1.0


@dataclass(frozen=True)
class Seen:
    """The state of one container when it was probed; `reason` is its own, if it says why it is not ready."""

    part: Part
    ready: bool
    absent: bool = False
    reason: str | None = None

    @property
    def missing(self) -> bool:
        """True if it is still waited for."""
        return not (self.ready or self.absent)


class Probe(Protocol):
    """Probes one container once."""

    async def __call__(self, part: Part) -> Seen:
        """Its state now."""
        ...


class Watch:
    """All containers, probed on request."""

    def __init__(self, parts: Sequence[Part], probe: Probe) -> None:
        self._parts = parts
        self._probe = probe

    async def sample(self) -> list[Seen]:
        """The state of every container now."""
        return await asyncio.gather(*(self._probe(part) for part in self._parts))


async def _resolves(host: str | None) -> bool:
    try:
        await asyncio.get_running_loop().getaddrinfo(host, None)
    except socket.gaierror:
        return False
    return True


class NetworkProbe:
    """Probes over HTTP and TCP.

    Docker's names come and go with the containers: an optional one whose name was never
    known was left out, one whose name was known has crashed.
    """

    def __init__(
        self, is_known: Callable[[str | None], Awaitable[bool]] = _resolves, http: httpx.AsyncClient | None = None
    ) -> None:
        """`is_known` tells whether a container of that name runs now."""
        self._is_known = is_known
        self._once_known: set[str | None] = set()
        # No kept connections: an idle one would delay the other side's orderly end.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = http or httpx.AsyncClient(timeout=PROBE_WITHIN_S, limits=limits, trust_env=False, verify=False)  # noqa: S501

    async def __call__(self, part: Part) -> Seen:
        address = urlsplit(part.probe)
        is_tcp = address.scheme == "tcp"
        if is_tcp:
            ready, reason = await self._connects(address.hostname, address.port), None
        else:
            ready, reason = await self._answers(part)
        absent = part.optional and not await self._was_known(address.hostname)
        return Seen(part, ready, absent, reason)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _was_known(self, host: str | None) -> bool:
        if host not in self._once_known and await self._is_known(host):
            self._once_known.add(host)
        return host in self._once_known

    async def _answers(self, part: Part) -> tuple[bool, str | None]:
        try:
            answer = await self._http.get(part.probe)
        except httpx.HTTPError:
            return False, None
        return answer.is_success, None if answer.is_success else _reason(answer)

    async def _connects(self, host: str | None, port: int | None) -> bool:
        try:
            async with asyncio.timeout(PROBE_WITHIN_S):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True


def _reason(refusal: httpx.Response) -> str | None:
    """The reason in a problem document, or the first line of a plain text."""
    kind = refusal.headers.get("content-type", "").partition(";")[0]
    if kind == "application/problem+json":
        return str(refusal.json().get("detail"))
    return refusal.text.strip().partition("\n")[0] or None if kind == "text/plain" else None
