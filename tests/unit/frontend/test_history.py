"""A customer's history: where visitors come from, which node is asked, what becomes of questions that fail."""

import asyncio
from collections import Counter
from itertools import cycle, islice
from random import Random

import httpx
import pytest

from kit.errors import GatewayTimeout, NotFound, Unavailable
from kit.regions import COMPANIES, REGIONS, offices_of
from loadgen import shop
from services.frontend.history.balancing import Balancers, Nearest, RoundRobin, Weighted, with_the_west_apart
from services.frontend.history.histories import AT_HAND_S, Histories
from services.frontend.history.insistence import FAILURES, Breaker, CircuitOpen
from services.frontend.history.outlines import BATCHED, BY_FIGURE, BY_SITE, Part
from services.frontend.history.telemetry import Telemetry
from services.frontend.history.visitors import BLOCKS, Visitor, visitor_from
from services.frontend.schemas import HistoryPart
from tests.unit.frontend.peers import PASSWORD, Peers
from tests.unit.frontend.reading import Page

pytestmark = pytest.mark.anyio

COMPANY, PERSON = COMPANIES[0], 9
NODES = (*REGIONS, "us-2", "eu-2")


def test_the_load_generator_visits_from_where_the_rows_are() -> None:
    assert {region: f"{prefix}.0/24" for region, prefix in shop.REGIONS.items()} == {
        region: str(block) for region, block in BLOCKS.items()
    }
    assert shop.COMPANIES == COMPANIES
    assert all(shop.region(account) == offices_of(account)[0] for account in range(1, shop.ACCOUNTS + 1))


@pytest.mark.parametrize(
    ("address", "region", "block"),
    [
        ("192.0.2.37", "us", "192.0.2.32/28"),
        ("198.51.100.255", "eu", "198.51.100.240/28"),
        ("203.0.113.1", "asia", "203.0.113.0/28"),
        ("127.0.0.1", "us", "127.0.0.0/28"),
        ("2001:db8::1", "us", ""),
        ("unknown", "us", ""),
        ("", "us", ""),
    ],
)
def test_an_address_tells_the_region_and_its_block_is_all_that_is_kept(address: str, region: str, block: str) -> None:
    found = visitor_from(address)
    assert (found.region, found.block) == (region, block)


def test_in_turn_every_node_is_asked_as_often_and_the_nearest_is_where_the_rows_are() -> None:
    in_turn, nearest = RoundRobin(lambda: NODES), Nearest()
    assert Counter(in_turn.choose("us") for _ in range(50)) == dict.fromkeys(NODES, 10)
    assert [nearest.choose(home) for home in REGIONS] == list(REGIONS)


@pytest.mark.parametrize(
    ("address", "node"),
    [("192.0.2.127", "us"), ("192.0.2.128", "us-2"), ("192.0.2.255", "us-2"), ("198.51.100.200", "us"), ("", "us")],
)
def test_with_the_west_apart_its_visitors_have_a_node_of_their_own(address: str, node: str) -> None:
    chosen = with_the_west_apart(Balancers(lambda: NODES).nearest)(visitor_from(address))
    assert [chosen.choose(home) for home in REGIONS] == [node, "eu", "asia"]


def test_by_weight_a_node_that_answers_ten_times_as_soon_gets_nearly_everything() -> None:
    weighted = Weighted(lambda: REGIONS, Random(1))
    for node, took_s in zip(REGIONS, (0.01, 0.1, 0.1), strict=True):
        weighted.answered(node, took_s)
    assert Counter(weighted.choose("us") for _ in range(1000))["us"] > 950


@pytest.mark.parametrize("answered_before", [True, False])
def test_by_weight_a_node_that_does_not_answer_is_asked_least(answered_before: bool) -> None:
    weighted = Weighted(lambda: REGIONS, Random(1))
    weighted.answered("us", 0.01)
    weighted.answered("eu", 0.1)
    if answered_before:
        weighted.answered("asia", 0.001)
    weighted.failed("asia")
    assert Counter(weighted.choose("us") for _ in range(1000))["asia"] < 50


def test_by_weight_all_are_alike_when_none_answers() -> None:
    weighted = Weighted(lambda: REGIONS, Random(1))
    assert min(Counter(weighted.choose("us") for _ in range(300)).values()) > 70


def test_a_page_asks_for_each_figure_or_once_for_each_office() -> None:
    assert [len(outline.parts(COMPANY)) for outline in (BY_FIGURE, BY_SITE, BATCHED)] == [8, 50, 3]
    assert [len(outline.parts(PERSON)) for outline in (BY_FIGURE, BY_SITE, BATCHED)] == [1, 1, 1]
    figures = {figure for part in BY_FIGURE.parts(COMPANY) for figure in part.figures}
    assert figures == {figure for part in BATCHED.parts(COMPANY) for figure in part.figures}


async def fail(breaker: Breaker, kind: str, error: BaseException) -> None:
    """One question of that kind, which ends with `error`."""
    async with breaker.circuit(kind):
        raise error


async def test_the_breaker_leaves_companies_alone_and_nobody_else_of_the_same_region() -> None:
    breaker = Breaker()
    for error in islice(cycle((Unavailable("away"), GatewayTimeout("late"))), FAILURES):
        with pytest.raises(type(error)):
            await fail(breaker, "us company", error)
    with pytest.raises(CircuitOpen):
        await fail(breaker, "us company", Unavailable("away"))
    async with breaker.circuit("us person"):
        pass


@pytest.mark.parametrize("error", [NotFound("nobody"), ValueError("a mistake of ours"), asyncio.CancelledError()])
async def test_what_says_nothing_of_the_nodes_opens_no_circuit(error: BaseException) -> None:
    breaker = Breaker()
    for _ in range(2 * FAILURES):
        with pytest.raises(type(error)):
            await fail(breaker, "us company", error)
    async with breaker.circuit("us company"):
        pass


class OneIsAway:
    """Nodes of which that of Asia refuses once the others have been asked; they take their time."""

    def __init__(self) -> None:
        self.at_work: set[str] = set()
        self.asked = asyncio.Event()

    async def read(self, visitor: Visitor, customer_id: int, part: Part) -> HistoryPart:
        if part.home == "asia":
            await self.asked.wait()
            raise Unavailable("away")
        self.at_work.add(part.home)
        try:
            if len(self.at_work) == len(REGIONS) - 1:
                self.asked.set()
            await asyncio.Event().wait()
        finally:
            self.at_work.remove(part.home)
        raise AssertionError

    async def close(self) -> None: ...


class Answering:
    """Nodes that answer at once."""

    async def read(self, visitor: Visitor, customer_id: int, part: Part) -> HistoryPart:
        return HistoryPart(home=part.home, sums=[])

    async def close(self) -> None: ...


async def test_once_a_part_has_failed_no_node_works_on_for_the_others() -> None:
    nodes = OneIsAway()
    with pytest.raises(Unavailable, match="away"):
        await Histories(nodes, lambda: BATCHED, Telemetry()).of(visitor_from("192.0.2.7"), COMPANY)
    assert nodes.asked.is_set()
    assert nodes.at_work == set()


@pytest.fixture
async def company(browser: httpx.AsyncClient, peers: Peers) -> httpx.AsyncClient:
    """The browser of a company that has logged in."""
    peers.users["ann@example.com"] = COMPANY
    (await browser.post("/api/session", json={"email": "ann@example.com", "password": PASSWORD})).raise_for_status()
    return browser


def asked(peers: Peers) -> Counter[str]:
    """How often each node was."""
    return Counter(service for service, _, _ in peers.asked if service.startswith("history"))


async def test_a_company_sees_all_offices_each_from_its_own_node(company: httpx.AsyncClient, peers: Peers) -> None:
    answer = await company.get("/api/history", headers={"X-Forwarded-For": "192.0.2.7, 10.0.0.1"})
    assert answer.status_code == 200
    assert [part["home"] for part in answer.json()["parts"]] == ["us"] * 6 + ["eu", "asia"]
    assert asked(peers) == {"history-us": 6, "history-eu": 1, "history-asia": 1}


async def test_a_company_has_it_on_a_page(company: httpx.AsyncClient) -> None:
    page = await company.get("/history")
    assert Page(page.text).heading == "Everything you have bought"
    assert page.text.count("<h2>") == 8
    assert "<h2>Asia, by month</h2>" in page.text
    assert (
        '<th scope="row">January 2025</th><td class="number">1,250</td><td class="number">$12,345.67</td>' in page.text
    )


async def test_the_page_is_linked_from_the_orders_while_nodes_answer(company: httpx.AsyncClient, peers: Peers) -> None:
    link = '<a href="/history">Everything you have bought</a>'
    peers.failing["history-us"] = httpx.ConnectError("refused")
    assert (await company.get("/history")).status_code == 503
    assert link not in (await company.get("/orders")).text
    del peers.failing["history-us"]
    await company.get("/history")
    assert link in (await company.get("/orders")).text


async def test_half_a_minute_after_the_last_page_nobody_knows_whether_nodes_run() -> None:
    now = 100.0
    histories = Histories(Answering(), lambda: BY_FIGURE, Telemetry(), lambda: now)
    assert not histories.at_hand
    await histories.of(visitor_from("192.0.2.7"), PERSON)
    now += AT_HAND_S - 1
    assert histories.at_hand
    now += 1
    assert not histories.at_hand


async def test_who_is_not_logged_in_logs_in_before_the_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/history")).url.raw_path == b"/login?next=/history"


async def test_a_node_that_does_not_answer_is_asked_three_times(company: httpx.AsyncClient, peers: Peers) -> None:
    peers.failing["history-us"] = httpx.ReadTimeout("slow")
    assert (await company.get("/api/history")).status_code == 504
    assert asked(peers) == {"history-us": 3}


async def test_where_no_nodes_run_one_question_tells(company: httpx.AsyncClient, peers: Peers) -> None:
    peers.failing["history-us"] = httpx.ConnectError("refused")
    assert (await company.get("/api/history")).status_code == 503
    assert asked(peers) == {"history-us": 1}


async def test_a_history_is_for_whom_it_is_about(browser: httpx.AsyncClient, peers: Peers) -> None:
    assert (await browser.get("/api/history")).status_code == 401
    assert not asked(peers)
