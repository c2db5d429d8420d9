"""The lab's HTTP API over fake pieces."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from whodunit.errors import LabError, WrongUseError
from whodunit.faults.flagfile import Schedule
from whodunit.lab.api import Lab, create_api

pytestmark = pytest.mark.anyio


class FakeFaults:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def state(self) -> Any:
        return [{"key": "gateway-slow", "variant": "off"}]

    def set(self, flag: str, variant: str, seconds: float, schedule: Schedule | None = None) -> None:
        if flag != "gateway-slow":
            raise WrongUseError(f"There is no flag {flag!r}.", "Flags: gateway-slow")
        self.calls.append(("set", flag, variant, seconds, schedule))

    def clear(self, flag: str | None = None) -> None:
        self.calls.append(("clear", flag))

    def report(self, service: str, flag: str, variant: str, affected: int) -> None:
        self.calls.append(("report", service, flag, variant, affected))

    def reports(self) -> Any:
        return [{"service": "payment", "affected": 3}]


class FakeLoad:
    def __init__(self) -> None:
        self.spec: dict[str, Any] | None = None

    def start(self, spec: dict[str, Any]) -> None:
        if "rates" not in spec:
            raise WrongUseError("Load needs rates.", "For example: whodunit load start --rate 8")
        if spec["rates"] == "broken":
            raise LabError("The load generator does not start.", "Its log says why.")
        self.spec = spec

    def stop(self) -> None:
        self.spec = None

    def state(self) -> Any:
        return self.spec


class Bench:
    """An API and the fakes behind it."""

    def __init__(self, token: str | None = None) -> None:
        self.faults, self.load, self.stopped, self.ready = FakeFaults(), FakeLoad(), False, False
        self.forgotten: list[str] = []
        lab = Lab(
            mode="lite",
            status=self._status,
            ready=self._ready,
            faults=self.faults,
            load=self.load,
            alerts=lambda: {"alerts": []},
            audit=lambda settle_s: {"lost": 0, "settled_s": settle_s},
            forget=lambda: self.forgotten.append("all"),
            shutdown=self._shut_down,
            token=token,
            names=frozenset({"lab"}),
        )
        transport = httpx.ASGITransport(create_api(lab, _no_lifespan))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8070")

    async def _status(self) -> Any:
        return {"mode": "lite"}

    async def _ready(self) -> bool:
        return self.ready

    def _shut_down(self) -> None:
        self.stopped = True


@asynccontextmanager
async def _no_lifespan(_app: Starlette) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    async with bench.http:
        yield bench


async def test_status_and_health(bench: Bench) -> None:
    assert (await bench.http.get("/status")).json() == {"mode": "lite"}
    assert (await bench.http.get("/healthz")).json()["mode"] == "lite"


async def test_ready_is_asked_each_time(bench: Bench) -> None:
    assert (await bench.http.get("/readyz")).status_code == 503
    bench.ready = True
    assert (await bench.http.get("/readyz")).status_code == 200


async def test_the_audit_waits_as_long_as_it_is_told(bench: Bench) -> None:
    assert (await bench.http.get("/audit?settle=2.5")).json() == {"lost": 0, "settled_s": 2.5}
    assert (await bench.http.get("/audit?settle=for-ever")).status_code == 422
    assert (await bench.http.get("/audit?settle=999")).status_code == 422


CHANGES = [
    ("PUT", "/faults/gateway-slow"),
    ("DELETE", "/faults/gateway-slow"),
    ("DELETE", "/faults"),
    ("PUT", "/load"),
    ("DELETE", "/load"),
    ("POST", "/shutdown"),
    ("DELETE", "/telemetry"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Basic s3cret", "Bearer", "Bearer s3cre\u0301t"])
async def test_without_the_leaders_token_nothing_changes(method: str, path: str, authorization: str | None) -> None:
    bench = Bench("s3cret")
    headers = [(b"authorization", authorization.encode())] if authorization else None
    answer = await bench.http.request(method, path, json={"variant": "slow", "rates": {}}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "WHODUNIT_TOKEN" in answer.json()["hint"]
    assert (bench.faults.calls, bench.load.spec, bench.stopped, bench.forgotten) == ([], None, False, [])
    await bench.http.aclose()


async def test_the_leader_changes_and_everybody_looks() -> None:
    bench = Bench("s3cret")
    leader = {"Authorization": "Bearer s3cret"}
    assert (await bench.http.put("/faults/gateway-slow", json={"variant": "slow"}, headers=leader)).status_code == 204
    for path in ("/status", "/faults", "/load", "/reports", "/audit", "/alerts", "/healthz"):
        assert (await bench.http.get(path)).is_success
    await bench.http.aclose()


FORM = {"Accept": "text/html,*/*;q=0.8"}


async def test_a_browser_is_led_to_where_it_gives_the_token_and_changes_with_the_cookie() -> None:
    bench = Bench("s3cret")
    for path, token_page in (("/shutdown", "./token"), ("/faults/gateway-slow/again", "../../token")):
        for cookie, told in (({}, ""), ({"Cookie": "whodunit-token=wrong"}, "?wrong=yes")):
            answer = await bench.http.post(path, headers=FORM | cookie)
            led_to = (answer.status_code, answer.headers["location"])
            assert (led_to, bench.stopped) == ((303, f"{token_page}{told}"), False)
    await bench.http.post("/shutdown", headers=FORM | {"Cookie": "whodunit-token=s3cret"})
    assert bench.stopped
    await bench.http.aclose()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:8080"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:8070"}, 202),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8070"}, 202),
        ({}, 202),
    ],
)
async def test_a_page_of_another_site_changes_nothing(bench: Bench, headers: dict[str, str], status: int) -> None:
    answer = await bench.http.post("/shutdown", headers=headers)
    assert (answer.status_code, bench.stopped) == (status, status == 202)
    assert (await bench.http.get("/status", headers=headers)).is_success


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8070", 200),
        ("[::1]:8070", 200),
        ("LOCALHOST", 200),
        ("lab:8080", 200),
        ("rebound.example:8070", 403),
        ("127.0.0.1.rebound.example", 403),
        ("localhost.", 403),
        ("[", 403),
    ],
)
async def test_a_page_whose_name_leads_here_sees_nothing_and_changes_nothing(
    bench: Bench, host: str, status: int
) -> None:
    page = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    seen = await bench.http.get("/status", headers=page)
    await bench.http.post("/shutdown", headers=page)
    assert (seen.status_code, bench.stopped) == (status, status == 200)
    if status != 200:
        assert seen.json()["hint"] == "Ask it at 127.0.0.1, or at localhost."


async def test_with_a_token_a_lab_may_have_any_name() -> None:
    bench = Bench("s3cret")
    workshop = {"Host": "workshop.example", "Authorization": "Bearer s3cret"}
    assert (await bench.http.post("/shutdown", headers=workshop)).status_code == 202
    await bench.http.aclose()


async def test_services_report_without_a_token() -> None:
    bench = Bench("s3cret")
    body = {"service": "payment", "flag": "gateway-slow", "variant": "slow", "affected": 3}
    assert (await bench.http.post("/reports", json=body)).status_code == 204
    await bench.http.aclose()


async def test_shutdown_answers_before_it_happens(bench: Bench) -> None:
    assert (await bench.http.post("/shutdown")).status_code == 202
    assert bench.stopped


async def test_a_flag_is_set_for_a_while(bench: Bench) -> None:
    answer = await bench.http.put("/faults/gateway-slow", json={"variant": "slow", "seconds": 30})
    assert answer.status_code == 204
    assert bench.faults.calls == [("set", "gateway-slow", "slow", 30, None)]


async def test_a_flag_can_come_and_go(bench: Bench) -> None:
    body = {"variant": "slow", "seconds": 300, "schedule": {"every_s": 120, "lasts_s": 40}}
    assert (await bench.http.put("/faults/gateway-slow", json=body)).status_code == 204
    assert bench.faults.calls == [("set", "gateway-slow", "slow", 300, Schedule(every_s=120, lasts_s=40))]


async def test_ten_minutes_when_nothing_is_said(bench: Bench) -> None:
    await bench.http.put("/faults/gateway-slow", json={"variant": "slow"})
    assert bench.faults.calls == [("set", "gateway-slow", "slow", 600, None)]


async def test_an_unknown_flag_is_a_problem_that_lists_the_valid_ones(bench: Bench) -> None:
    answer = await bench.http.put("/faults/nonsense", json={"variant": "on"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["hint"] == "Flags: gateway-slow"


@pytest.mark.parametrize("body", [{}, {"variant": "on", "seconds": 0}, {"variant": "on", "for": 1}, []])
async def test_a_wrong_body_is_refused_by_field(bench: Bench, body: Any) -> None:
    answer = await bench.http.put("/faults/gateway-slow", json=body)
    assert (answer.status_code, bench.faults.calls) == (422, [])
    assert answer.json()["detail"]


async def test_a_body_that_is_no_json_is_refused(bench: Bench) -> None:
    assert (await bench.http.put("/load", content=b"{")).status_code == 400


async def test_one_flag_or_all_are_cleared(bench: Bench) -> None:
    await bench.http.delete("/faults/gateway-slow")
    await bench.http.delete("/faults")
    assert bench.faults.calls == [("clear", "gateway-slow"), ("clear", None)]


async def test_reports_of_the_services_are_passed_on(bench: Bench) -> None:
    body = {"service": "payment", "flag": "gateway-slow", "variant": "slow", "affected": 3}
    assert (await bench.http.post("/reports", json=body)).status_code == 204
    assert bench.faults.calls == [("report", "payment", "gateway-slow", "slow", 3)]
    assert (await bench.http.get("/reports")).json()[0]["affected"] == 3


async def test_load_is_started_seen_and_stopped(bench: Bench) -> None:
    spec = {"rates": {"buy": 8}}
    assert (await bench.http.put("/load", json=spec)).json() == spec
    assert (await bench.http.get("/load")).json() == spec
    assert (await bench.http.delete("/load")).status_code == 204
    assert (await bench.http.get("/load")).json() is None


async def test_wrong_load_and_failing_load_are_told_apart(bench: Bench) -> None:
    assert (await bench.http.put("/load", json={})).status_code == 422
    assert (await bench.http.put("/load", json={"rates": "broken"})).status_code == 503
