"""The tools of a mystery, over the API of a lab: what they do, and that nothing of them names the cause."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio.from_thread
import httpx
import pytest
from mcp import Client
from mcp.server import MCPServer

from tests import assistant, reachable
from tests.sealed_words import sealed_words
from tests.unit.mcp.shop import TRACE, answer, refusal, server_of, sold_in_a_minute, source_of
from tests.unit.mystery.test_lab import Bench
from whodunit.incident import catalogue
from whodunit.lab.client import LabClient
from whodunit.mystery.choice import choose
from whodunit.mystery.vocabulary import causes

pytestmark = pytest.mark.anyio

SEED, MINUTES = 3, 5.0
METRIC = "metric shop.payment.duration{service=payment} p95 2026-11-21T12:00:00Z..2026-11-21T12:01:00Z"
ANSWER = {"component": "payment", "reason": "connection-leak", "mitigation": "restart payment"}


class InTheLoop(httpx.BaseTransport):
    """Passes the requests of a tool's thread to an application in the loop of the test; keeps what was sent."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.sent: list[tuple[str, Any]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append((request.url.path, json.loads(request.content or "null")))
        return anyio.from_thread.run(self._ask, request)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        found = await self._http.request(request.method, request.url.path, content=request.content)
        return httpx.Response(found.status_code, content=found.content, headers=found.headers)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    async with bench.http:
        yield bench


@pytest.fixture
def requests(bench: Bench) -> InTheLoop:
    return InTheLoop(bench.http)


@pytest.fixture
def server(requests: InTheLoop) -> MCPServer:
    lab = LabClient(httpx.Client(transport=requests, base_url="http://lab"))
    return server_of(source_of(sold_in_a_minute(), lab))


async def begin(bench: Bench) -> None:
    begun = await bench.ask("POST", "/mystery", {"seed": SEED, "minutes": MINUTES})
    assert begun.status_code == 200, begun.text


async def test_the_complaint_the_clock_and_the_form(bench: Bench, server: MCPServer) -> None:
    await begin(bench)
    told = await answer(server, "incident")
    status = (await bench.ask("GET", "/mystery")).json()
    assert (told["running"], told["complaint"], told["points_spent"]) == (True, status["complaint"], 0)
    assert told["vocabulary"]["reasons"] == causes()
    assert told["vocabulary"]["mitigations"] == (await bench.ask("GET", "/mystery/mitigations")).json()
    assert sum(told["form"]["fields_and_points"].values()) == 100
    assert told["ends"] > told["began"]


async def test_a_hint_is_bought_only_when_asked_for(bench: Bench, server: MCPServer) -> None:
    await begin(bench)
    assert "hint" not in await answer(server, "incident")
    told = await answer(server, "incident", hint=True)
    assert told["hint"]["cost"] == told["points_spent"] == 5
    assert told["hint"]["hint"]


async def test_where_none_runs_it_says_so(server: MCPServer) -> None:
    told = await answer(server, "incident")
    assert (told["running"], told["note"]) == (False, "No mystery runs. A person begins one: whodunit mystery start")
    assert "No mystery runs." in await refusal(server, "mitigate", name="restart order")
    assert "No mystery runs." in await refusal(server, "submit", **ANSWER)


async def test_a_mitigation_is_in_force_and_nothing_more_is_told(bench: Bench, server: MCPServer) -> None:
    await begin(bench)
    assert (await answer(server, "mitigate", name="larger-pool payment")).keys() == {"mitigation", "in_force_since"}
    assert (await answer(server, "mitigate", name="restart token")).keys() == {"mitigation", "done_at"}
    assert (await answer(server, "incident"))["points_spent"] == 3
    assert "There are: restart, roll-back" in await refusal(server, "mitigate", name="reboot payment")
    assert "There are: frontend, order" in await refusal(server, "mitigate", name="restart paymnt")


async def test_an_answer_is_taken_with_the_evidence_of_other_answers(
    bench: Bench, server: MCPServer, requests: InTheLoop
) -> None:
    await begin(bench)
    line = (await answer(server, "search_logs", severity="WARN", start="-60s"))["evidence_id"]
    span = (await answer(server, "search_traces", status="error", start="-60s"))["evidence_id"]
    number = (
        await answer(
            server, "query_metric", name="shop.payment.duration", statistic="p95", by=["service"], start="-60s"
        )
    )["evidence_id"]
    assert number == METRIC
    told = await answer(
        server, "submit", **ANSWER, onset="-5m", propagation=["payment", "order"], evidence=[line, span, number]
    )
    assert told.keys() == {"accepted", "at"}
    path, sent = requests.sent[-1]
    assert (path, sent["onset"], sent["propagation"]) == (
        "/mystery/answer",
        "2026-11-21T11:56:00Z",
        ["payment", "order"],
    )
    assert [piece.get("trace") for piece in sent["evidence"]] == [TRACE, TRACE, None]
    assert sent["evidence"][2]["window"] == ["2026-11-21T12:00:00Z", "2026-11-21T12:01:00Z"]


async def test_a_wrong_word_is_told_with_those_that_there_are(bench: Bench, server: MCPServer) -> None:
    await begin(bench)
    assert "connection-leak, pool-cut" in await refusal(server, "submit", **ANSWER | {"reason": "aliens"})
    assert "span TRACE SPAN" in await refusal(server, "submit", **ANSWER, evidence=["it is slow"])


async def test_nothing_that_an_assistant_reads_names_the_cause(bench: Bench, server: MCPServer) -> None:
    await begin(bench)
    name = choose(catalogue.cases(), SEED, None, MINUTES).case.name
    async with Client(server) as client:
        pieces = [piece async for piece in assistant.everything(client, changing=True)]
    assert reachable.told(pieces, sealed_words(name)) == {}
    innocent = reachable.told(pieces, ["payment", "incident"])
    assert {where.split()[0] for where in innocent} == {"tool", "prompt", "resource", "answer", "instructions"}
