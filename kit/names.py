"""Looks up names as the C library does in a cluster: by a search list, unless a name has enough dots of its own."""

import asyncio
import socket
from collections.abc import Sequence
from time import perf_counter

import dns.asyncresolver
import dns.exception
import dns.name
from aiohttp.abc import AbstractResolver, ResolveResult
from opentelemetry.metrics import Meter

from kit.buckets import SECONDS

TIMEOUT_S = 5.0
ATTEMPTS = 2
"""As resolv.conf has them if nobody says otherwise."""


class SearchingResolver(AbstractResolver):
    """Asks the name server at `server`, as HOST:PORT, for IPv6 and IPv4 addresses; measures `dns.lookup.duration`.

    A question without an answer is asked again after `timeout_s`, until as much time as `ATTEMPTS` take is over.
    """

    def __init__(
        self, server: str, search: Sequence[str], ndots: int, meter: Meter, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._host, _, port = server.rpartition(":")
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.port = int(port)
        resolver.search, resolver.ndots = [dns.name.from_text(each) for each in search], ndots
        resolver.use_search_by_default = True
        resolver.timeout, resolver.lifetime = timeout_s, timeout_s * ATTEMPTS
        self._resolver = resolver
        self._duration = meter.create_histogram("dns.lookup.duration", "s", explicit_bucket_boundaries_advisory=SECONDS)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  aiohttp asks for any
    ) -> list[ResolveResult]:
        """The addresses of a host; raises OSError."""
        measured = {"dns.question.name": host}
        start = perf_counter()
        try:
            addresses = await self._addresses(host)
        except (dns.exception.DNSException, OSError) as error:
            measured["error.type"] = type(error).__name__
            raise OSError(None, f"{host} cannot be looked up: {error}") from error
        except asyncio.CancelledError:
            measured["error.type"] = "cancelled"
            raise
        finally:
            self._duration.record(perf_counter() - start, measured)
        return [_result(host, address, port) for address in addresses]

    async def _addresses(self, host: str) -> list[str]:
        self._resolver.nameservers = [await self._server()]
        # Not `resolve_name`: it gives up at the first time-out.
        v6 = await self._resolver.resolve(host, "AAAA", raise_on_no_answer=False)
        v4 = await self._resolver.resolve(v6.qname, "A", raise_on_no_answer=False)
        return [record.address for answer in (v6, v4) for record in answer]

    async def _server(self) -> str:
        """The name server's own address, which a container that is started again changes."""
        found = await asyncio.get_running_loop().getaddrinfo(self._host, None, type=socket.SOCK_DGRAM)
        return str(found[0][4][0])

    async def close(self) -> None:
        """Nothing is kept open."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
