"""How a container is asked whether it is ready."""

import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.lab_answers import check_status
from tests.unit.stack.fakes import GRAFANA, LOKI, ORDER, STORE, FakeProbe
from whodunit.errors import LabError
from whodunit.refusals import problem
from whodunit.stack.parts import Part, Role, parts
from whodunit.stack.settings import LogStore, StackSettings
from whodunit.stack.status import Status
from whodunit.stack.watch import NetworkProbe, Watch

pytestmark = pytest.mark.anyio


@pytest.fixture
async def probe() -> AsyncIterator[NetworkProbe]:
    made = NetworkProbe()
    yield made
    await made.close()


def part(probe: str, *, optional: bool = False) -> Part:
    return Part("it", "it", probe, probe, optional=optional)


@pytest.mark.process
async def test_tcp_is_ready_once_somebody_listens(probe: NetworkProbe) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        assert (await probe(part(address))).ready
    assert not (await probe(part(address))).ready


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (problem(503, "The store could not write: disk full"), "The store could not write: disk full"),
        (PlainTextResponse("Ingester not ready: waiting for 15s\n", 503), "Ingester not ready: waiting for 15s"),
        (HTMLResponse("<h1>Bad gateway</h1>", 502), None),
        (Response(status_code=503), None),
    ],
)
async def test_the_reason_is_the_containers_own(answer: Response, reason: str | None) -> None:
    async def ready(_: Request) -> Response:
        return answer

    transport = httpx.ASGITransport(Starlette(routes=[Route("/readyz", ready)]))
    probe = NetworkProbe(http=httpx.AsyncClient(transport=transport))
    seen = await probe(part("http://store:4318/readyz"))
    assert (seen.ready, seen.reason) == (False, reason)
    await probe.close()


async def test_nobody_answers(probe: NetworkProbe) -> None:
    seen = await probe(part("http://127.0.0.1:1/readyz", optional=True))
    assert (seen.ready, seen.absent, seen.missing) == (False, False, True)


@pytest.mark.parametrize(("error", "away"), [(httpx.ReadTimeout, []), (httpx.ConnectError, ["order"])])
async def test_a_container_that_is_too_busy_to_answer_is_not_ready_but_not_away(
    error: type[httpx.TransportError], away: list[str]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("No answer.", request=request)

    watch = Watch([ORDER], NetworkProbe(http=httpx.AsyncClient(transport=httpx.MockTransport(fail))))
    assert [seen.missing for seen in await watch.sample()] == [True]
    assert await watch.away() == away


async def test_an_optional_container_whose_name_nobody_knows_was_left_out(probe: NetworkProbe) -> None:
    optional = await probe(part("http://grafana.invalid:3000/api/health", optional=True))
    needed = await probe(part("http://loki.invalid:3100/ready"))
    assert (optional.absent, optional.missing) == (True, False)
    assert (needed.absent, needed.missing) == (False, True)


async def test_an_optional_container_that_ran_and_is_gone_has_crashed() -> None:
    names = {"grafana.invalid"}

    async def is_known(host: str | None) -> bool:
        return host in names

    probe, optional = NetworkProbe(is_known), part("http://grafana.invalid:3000/api/health", optional=True)
    assert not (await probe(optional)).absent
    names.clear()
    assert (await probe(optional)).missing
    await probe.close()


def test_all_twenty_one_containers_but_the_lab_itself() -> None:
    found = parts(StackSettings())
    assert len({each.name for each in found}) == 20
    assert sum(each.role is Role.SERVICE for each in found) == 10


@pytest.mark.parametrize(("keeps_logs", "other"), [("loki", "store"), ("store", "loki")])
def test_the_log_store_is_the_one_that_was_chosen(keeps_logs: str, other: str) -> None:
    names = {each.name for each in parts(StackSettings(log_store=LogStore(keeps_logs)))}
    assert keeps_logs in names
    assert other not in names


def no_load() -> None:
    pass


async def test_status_has_the_form_of_lite() -> None:
    status = await Status(
        Watch([ORDER, LOKI, GRAFANA], FakeProbe(after={"loki": 1}, absent=("grafana",))),
        "http://x",
        no_load,
        has_store=False,
    )()
    check_status(status)
    assert status["mode"] == "stack"
    assert [(row["name"], row["ready"], row["state"]) for row in [*status["services"], *status["backends"]]] == [
        ("order", True, "ready"),
        ("loki", False, "not ready"),
        ("grafana", False, "left out"),
    ]
    assert {row["pid"] for row in status["services"]} == {None}
    assert status["links"]["grafana"] == "http://x/grafana/"
    assert status["store"] is None


async def test_status_says_where_the_store_is_asked() -> None:
    status = await Status(Watch([STORE], FakeProbe()), "http://x", no_load, has_store=True)()
    check_status(status)
    assert status["store"]
    assert (status["store"]["name"], status["store"]["url"]) == ("store", "http://x/store")


async def test_status_goes_without_the_load_generator() -> None:
    def away() -> None:
        raise LabError("The load generator does not answer.", "")

    assert (await Status(Watch([], FakeProbe()), "http://x", away, has_store=False)())["load"] is None
