"""The load generator's container: its API, its page, and the lab's end of it."""

import threading
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx
import pytest

from tests.unit.launcher.fakes import until
from tests.unit.load.test_standing import USUAL, FakeRunner
from whodunit.errors import LabError, WrongUseError
from whodunit.load.nodes import RemoteNodes
from whodunit.load.remote import RemoteLoad
from whodunit.load.server import create_app
from whodunit.load.server_settings import LoadServerSettings
from whodunit.load.standing import LIGHT, StandingLoad

pytestmark = pytest.mark.anyio


async def at_once() -> bool:
    return True


async def never() -> bool:
    return False


class Bench:
    """The server without processes."""

    def __init__(self, token: str | None = None) -> None:
        self.runner = FakeRunner()
        self.app = create_app(StandingLoad(self.runner, USUAL), never, token)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://loadgen")


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    async with bench.http:
        yield bench


async def test_load_is_started_seen_and_stopped(bench: Bench) -> None:
    answer = await bench.http.put("/load", json={"rates": {"buy": 8}})
    assert answer.json() == {"running": True, "spec": {"rates": {"buy": 8}}, "light": False}
    assert (await bench.http.delete("/load")).status_code == 204
    assert not (await bench.http.get("/load")).json()["running"]


async def test_a_wrong_load_is_a_problem(bench: Bench) -> None:
    answer = await bench.http.put("/load", json={"who": 1})
    assert (answer.status_code, answer.json()["detail"]) == (422, "This is no load.")


async def test_with_a_token_only_its_holder_changes_the_load() -> None:
    bench = Bench("s3cret")
    async with bench.http:
        assert (await bench.http.delete("/load")).status_code == 401
        assert (await bench.http.get("/load")).is_success
        assert (await bench.http.delete("/load", headers={"Authorization": "Bearer s3cret"})).status_code == 204


async def test_the_light_load_stands_once_the_shop_is_open() -> None:
    runner = FakeRunner()
    app = create_app(StandingLoad(runner, USUAL), at_once)
    async with app.router.lifespan_context(app):
        await until(lambda: runner.running, "the light load runs")
        assert runner.spec == USUAL
    assert not runner.running


STATS: dict[str, Any] = {
    "elapsed_s": 61.0,
    "window_s": 10,
    "now": {
        "requests_per_s": 12.5,
        "checkouts_per_s": 1.1,
        "checkout_p50_s": 0.5,
        "checkout_p95_s": 0.74,
        "checkout_p99_s": None,
        "order_end_p95_s": 0.8,
        "orders": {"completed": 11},
        "errors": {},
    },
}
STATS["total"] = {**STATS["now"], "errors": {"<b>503</b>": 2}}


async def test_the_page_shows_rates_p95_and_errors_and_renews_itself(bench: Bench) -> None:
    assert "No load has run yet" in (await bench.http.get("/")).text
    bench.runner.state = lambda: {"running": True, "spec": {"arrival": "open", **USUAL}, "stats": STATS}  # type: ignore[method-assign]
    page = (await bench.http.get("/")).text
    assert "Load runs: buy 1/s" in page
    assert "740ms" in page
    assert "&lt;b&gt;503&lt;/b&gt;" in page
    assert 'http-equiv="refresh"' in page


def test_the_light_load_is_written_as_people_write_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADGEN_LIGHT", "buy=2, browse=0.5")
    light = LoadServerSettings().light
    assert light is not None
    assert light["rates"] == {"buy": 2.0, "browse": 0.5}
    monkeypatch.setenv("LOADGEN_LIGHT", "off")
    assert LoadServerSettings().light is None
    monkeypatch.setenv("LOADGEN_LIGHT", "buy")
    with pytest.raises(WrongUseError):
        _ = LoadServerSettings().light


class Far:
    """The load generator's container as the lab's client sees it."""

    def __init__(self, status: int, body: Any) -> None:
        self.asked: list[tuple[str, str, bytes, str | None]] = []
        self._status, self._body = status, body

    def load(self) -> RemoteLoad:
        return RemoteLoad("http://loadgen:8080", "s3cret", httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization")
        self.asked.append((request.method, request.url.path, request.content, token))
        return httpx.Response(self._status, json=self._body)


def test_the_lab_asks_over_http() -> None:
    far = Far(200, {"running": True})
    load = far.load()
    load.start(LIGHT)
    load.stop()
    assert dict(load.state() or {}) == {"running": True}
    assert far.asked == [
        ("PUT", "/load", b'{"light":true}', "Bearer s3cret"),
        ("DELETE", "/load", b"", "Bearer s3cret"),
        ("GET", "/load", b"", "Bearer s3cret"),
    ]


@pytest.mark.parametrize(("status", "kind"), [(422, WrongUseError), (503, LabError)])
def test_a_refusal_is_told_on(status: int, kind: type[LabError]) -> None:
    with pytest.raises(kind, match="This is no load"):
        Far(status, {"detail": "This is no load.", "hint": "See"}).load().start({})


def test_a_load_generator_that_is_away_is_an_error() -> None:
    with pytest.raises(LabError, match="does not answer"):
        RemoteLoad("http://127.0.0.1:1").state()


def test_nodes_are_asked_for_where_they_run() -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, str(request.url)))
        return httpx.Response(204)

    RemoteNodes("http://history:8080", httpx.MockTransport(answer)).open()
    assert asked == [("PUT", "http://history:8080/nodes")]


def test_nodes_that_are_away_or_late_are_told() -> None:
    with pytest.raises(LabError, match="the nodes that keep them do not answer") as told:
        RemoteNodes("http://127.0.0.1:1").open()
    assert "docker compose up --detach history" in told.value.hint
    late = httpx.MockTransport(lambda _: httpx.Response(503, json={"detail": "Not ready within 30 s: history-us."}))
    with pytest.raises(LabError, match="Not ready within 30 s"):
        RemoteNodes("http://history:8080", late).open()


async def test_nodes_stay_and_one_that_cannot_be_kept_does_not_end_the_standing_load() -> None:
    class Crowded(FakeRunner):
        def renew_nodes(self) -> None:
            super().renew_nodes()
            raise LabError("There is no room for nodes.", "Make some.")

    runner = Crowded()
    app = create_app(StandingLoad(runner, USUAL), at_once, renew_every_s=0.01)
    async with app.router.lifespan_context(app):
        await until(lambda: runner.renewals > 1, "it goes on")


async def test_a_stop_does_not_wait_for_nodes_that_start_slowly() -> None:
    class Slow(FakeRunner):
        def __init__(self) -> None:
            super().__init__()
            self.ready = threading.Event()

        def renew_nodes(self) -> None:
            super().renew_nodes()
            self.ready.wait(10)

    runner = Slow()
    app = create_app(StandingLoad(runner, USUAL), at_once)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://loadgen") as http,
    ):
        await until(lambda: runner.renewals > 0, "the nodes are renewed")
        try:
            with anyio.fail_after(5):
                assert (await http.delete("/load")).status_code == 204
            assert not runner.running
        finally:
            runner.ready.set()
