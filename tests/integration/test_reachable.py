"""The search for what gives a cause away finds it wherever it stands."""

import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests import reachable
from tests.unit.loadgen.serving import serve
from tests.unit.telemetry.duck_store import DuckStore
from whodunit.store.schema import TABLES

WORD = "gateway-slow"
WORDS = (WORD, "slow-dependency")


@pytest.mark.parametrize("name", ["flags.json", "logs/lab.log", f"{WORD}.txt", "store.duckdb"])
def test_in_a_file_or_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xff\x00 Gateway-Slow \xfe")
    assert reachable.told(reachable.files(tmp_path), WORDS) == {f"file {name}": [WORD]}


@pytest.mark.process
@pytest.mark.parametrize("given", ["command line", "environment"])
def test_in_a_process(given: str) -> None:
    arguments = [WORD] if given == "command line" else []
    environment = {"FLAG": WORD} if given == "environment" else {}
    code = "print('up', flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout
        child.stdout.readline()
        assert reachable.told(reachable.processes(child.pid), WORDS) == {f"{given} of {child.pid}": [WORD]}
        child.communicate(b"\n")


def described(_request: Request) -> Response:
    return JSONResponse({"paths": {"/orders": {"get": {}}, "/orders/{id}": {"get": {}}, "/buy": {"post": {}}}})


def leaking(_request: Request) -> Response:
    return PlainTextResponse(WORD)


def refusing(_request: Request) -> Response:
    return PlainTextResponse(WORD, 403)


def in_a_header(_request: Request) -> Response:
    return PlainTextResponse("", headers={"X-Variant": WORD})


@pytest.mark.process
@pytest.mark.parametrize(
    ("path", "page"), [("/healthz", leaking), ("/orders", leaking), ("/status", refusing), ("/", in_a_header)]
)
def test_on_a_page(path: str, page: object) -> None:
    with serve(Starlette(routes=[Route("/openapi.json", described), Route(path, page)])) as url:  # type: ignore[arg-type]
        assert reachable.told(reachable.pages(url), WORDS) == {f"page {url}{path}": [WORD]}


@pytest.mark.process
def test_on_a_page_for_people() -> None:
    def shown(request: Request) -> Response:
        return PlainTextResponse(WORD if "text/html" in request.headers["accept"] else "")

    with serve(Starlette(routes=[Route("/mystery", shown)])) as url:
        assert reachable.told(reachable.pages(url, ("/mystery",)), WORDS) == {}
        assert reachable.told(reachable.desk(url, ("/mystery",)), WORDS) == {f"page {url}/mystery in a browser": [WORD]}


def leak(store: DuckStore, table: str) -> None:
    if table == "spans":
        store.span("pay", "payment", 1, 1, attributes={"variant": WORD})
    elif table == "logs":
        store.log(f"now {WORD}", "payment", 1)
    elif table == "metrics":
        store.gauge("shop.order.stuck", "order", 1, 1, attributes={"cause": WORD})
    else:
        store.log("A line.", "payment", 1, release=WORD)


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_in_a_signal(table: str) -> None:
    store = DuckStore()
    store.span("buy", "frontend", 1, 1)
    leak(store, table)
    pieces = list(reachable.telemetry(lambda sql: store.sql(sql).rows, WORDS))
    assert reachable.told(pieces, WORDS) == {f"telemetry {table}": [WORD]}
