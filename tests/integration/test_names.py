"""Names of the shop, asked for over UDP: what a search list makes of one look-up, and what a dropped question costs."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import dns.message
import dns.rcode
import pytest

from kit.names import SearchingResolver
from tests.recorded_metrics import RecordedMetrics
from whodunit.launcher.ports import datagrams
from whodunit.names.answers import answered
from whodunit.names.server import Limit, rate_limit, serving

pytestmark = [pytest.mark.anyio, pytest.mark.process]

PROGRAM = [sys.executable, "-m", "whodunit.names"]
WITHIN_S = 30.0
ADDRESSES = {"token": "127.0.0.1"}
SEARCH = ("prod.shop.internal", "shop.internal", "internal")
HOST = "token.shop.internal"


class Counting(Limit):
    """Lets all pass but the first few, and counts."""

    def __init__(self, dropped: int = 0) -> None:
        self.asked = 0
        self._dropped = dropped

    def take(self) -> bool:
        """True after those that are dropped."""
        self.asked += 1
        return self.asked > self._dropped


@asynccontextmanager
async def asking(
    limit: Limit, ndots: int = 5, timeout_s: float = 5
) -> AsyncIterator[tuple[SearchingResolver, RecordedMetrics]]:
    """A resolver, and what it measures."""
    bound, metrics = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), RecordedMetrics()
    bound.bind(("127.0.0.1", 0))
    async with serving(bound, ADDRESSES.get, limit):
        host, port = bound.getsockname()
        yield SearchingResolver(f"{host}:{port}", SEARCH, ndots, metrics.meter, timeout_s), metrics


@pytest.mark.parametrize(("host", "ndots", "questions"), [(HOST, 5, 5), (HOST, 2, 2), (f"{HOST}.", 5, 2)])
async def test_a_search_list_multiplies_questions(host: str, ndots: int, questions: int) -> None:
    limit = Counting()
    async with asking(limit, ndots) as (resolver, metrics):
        found = await resolver.resolve(host, 8087, socket.AF_UNSPEC)
    assert [(each["host"], each["port"]) for each in found] == [("127.0.0.1", 8087)]
    assert limit.asked == questions
    assert metrics.read()["dns.lookup.duration"] == {host: 1}


async def test_a_question_that_is_dropped_is_asked_again_after_the_time_out() -> None:
    async with asking(Counting(dropped=1), timeout_s=1) as (resolver, _):
        began = asyncio.get_running_loop().time()
        await resolver.resolve(HOST, 8087, socket.AF_UNSPEC)
    assert 1 <= asyncio.get_running_loop().time() - began < 2


async def test_the_server_is_found_by_its_own_name_or_not_at_all() -> None:
    with datagrams() as bound:
        port = bound.getsockname()[1]
        async with serving(bound, ADDRESSES.get, rate_limit()):
            metrics = RecordedMetrics()
            by_name = SearchingResolver(f"localhost:{port}", SEARCH, 5, metrics.meter)
            assert [each["host"] for each in await by_name.resolve(HOST)] == ["127.0.0.1"]
            nowhere = SearchingResolver(f"nowhere.invalid:{port}", SEARCH, 5, metrics.meter)
            with pytest.raises(OSError, match=f"{HOST} cannot be looked up"):
                await nowhere.resolve(HOST)


@pytest.fixture
def environment() -> dict[str, str]:
    """The settings of a name server that knows token and nobody else, at a free port."""
    with datagrams() as bound:
        return {**os.environ, "PORT": str(bound.getsockname()[1]), "TOKEN_URL": "http://localhost:8087"}


def test_as_a_process_it_tells_where_the_system_says_and_ends_when_told(environment: dict[str, str]) -> None:
    with subprocess.Popen(PROGRAM, env=environment) as server:
        try:
            found = asyncio.run(found_at(int(environment["PORT"])))
            second = subprocess.run(PROGRAM, env=environment, capture_output=True, text=True, check=False)
        finally:
            server.terminate()
        assert server.wait(WITHIN_S) == 0
    assert found == ["127.0.0.1"]
    assert (second.returncode, "cannot listen on" in second.stderr) == (3, True)


MORE_THAN_A_QUEUE_HOLDS = 300


def test_whoever_only_wants_to_know_if_it_is_there_is_answered_for_good(environment: dict[str, str]) -> None:
    with subprocess.Popen(PROGRAM, env=environment) as server:
        try:
            for _ in range(MORE_THAN_A_QUEUE_HOLDS):
                asyncio.run(until_listening(int(environment["PORT"])))
        finally:
            server.terminate()


async def found_at(port: int) -> list[str]:
    """Token's addresses, and nobody's for a service that the server was not told of."""
    await until_listening(port)
    resolver = SearchingResolver(f"127.0.0.1:{port}", SEARCH, 5, RecordedMetrics().meter)
    with pytest.raises(OSError, match="None of DNS query names exist"):
        await resolver.resolve("user.shop.internal")
    return [each["host"] for each in await resolver.resolve(HOST)]


async def until_listening(port: int) -> None:
    """Returns when somebody listens there."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def test_a_name_that_nobody_has_and_a_server_that_is_silent_are_told_apart() -> None:
    async with asking(Counting()) as (resolver, _):
        with pytest.raises(OSError, match="None of DNS query names exist"):
            await resolver.resolve("nobody.shop.internal", 80, socket.AF_UNSPEC)
    async with asking(Counting(dropped=1000), timeout_s=0.05) as (resolver, _):
        with pytest.raises(OSError, match="expired"):
            await resolver.resolve(HOST, 80, socket.AF_UNSPEC)


def test_what_is_no_question_gets_no_answer() -> None:
    known = {f"{HOST}.": "127.0.0.1"}
    assert answered(b"nonsense", known.get) is None
    answer = answered(dns.message.make_query("token.internal", "A").to_wire(), known.get)
    assert answer
    assert dns.message.from_wire(answer).rcode() == dns.rcode.NXDOMAIN
