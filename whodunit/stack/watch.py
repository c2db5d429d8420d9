"""Probes all containers at once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from whodunit.stack.parts import Part

PROBE_WITHIN_S = 1.0


@dataclass(frozen=True)
class Seen:
    """The state of one container when it was probed: `busy` is one that is connected to and does not answer in time;
    `reason` is its own, if it says why it is not ready.
    """

    part: Part
    ready: bool
    absent: bool = False
    reason: str | None = None
    busy: bool = False

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

    async def away(self) -> list[str]:
        """The containers that do not run. One that is too busy to answer is not among them: it may be the incident."""
        return [each.part.name for each in await self.sample() if each.missing and not each.busy]


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
        if address.scheme == "tcp":
            seen = Seen(part, await self._connects(address.hostname, address.port))
        else:
            seen = await self._answers(part)
        return replace(seen, absent=part.optional and not await self._was_known(address.hostname))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _was_known(self, host: str | None) -> bool:
        if host not in self._once_known and await self._is_known(host):
            self._once_known.add(host)
        return host in self._once_known

    async def _answers(self, part: Part) -> Seen:
        try:
            answer = await self._http.get(part.probe)
        except httpx.HTTPError as error:
            return Seen(part, ready=False, busy=isinstance(error, httpx.ReadTimeout))
        return Seen(part, answer.is_success, reason=None if answer.is_success else _reason(answer))

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
