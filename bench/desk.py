"""`python -m bench.desk`: how long the desk's pages take with ten minutes of a busy shop, and what they cost.

The store is a process of its own, as in lite mode, and holds a kept recording again and again until there are 250,000
spans; the pages are answered in a process that has imported what the lab of a lite shop imports.
"""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urljoin

import duckdb
import httpx
import psutil
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette

from whodunit.desk import mount
from whodunit.desk.logs.page import TAIL_REFRESH_S
from whodunit.desk.render import REFRESH_S
from whodunit.home import Home
from whodunit.lab.target import LiteTarget
from whodunit.runs.recorded_store import fill
from whodunit.store import schema
from whodunit.store.bench import store
from whodunit.store.database import Database
from whodunit.telemetry.store.adapter import StoreTelemetry

RECORDING = Path(__file__).parents[1] / "recordings" / "checkout-hangs-held"
SPANS = 250_000
MINUTES = 10.0
TIMES = 15
MUST_MS, MUST_KB, MUST_MB, MUST_PER_CENT = 200, 300, 25, 2
LAST = "last=10m"
NEWS_S = 1.0
"""So often a stream of events has to look for news, to be worth more than a page that asks by itself."""

TAIL = "/logs?as=tail"
PAGES = (
    f"/?{LAST}",
    f"/metrics?{LAST}",
    f"/metrics?name=http.server.request.duration&by=service&{LAST}",
    f"/metrics?name=http.server.request.duration&as=heatmap&{LAST}",
    f"/traces?{LAST}",
    f"/traces?sort=slowest&status=error&{LAST}",
    f"/logs?{LAST}",
    "/logs?as=patterns&last=1m",
    TAIL,
    f"/panels/checkout?{LAST}",
    f"/panels/checkout/4?{LAST}",
)
LINKED = re.compile(r'(?:src|href)="([^"]*static/[^"]*)"')
IMPORTED = re.compile(r'from "(\./[^"]+)"')
MEGABYTE = 1e6


@dataclass(frozen=True)
class Page:
    """One page: milliseconds at the server, the median and the worst of several; bytes of its HTML."""

    path: str
    median_ms: float
    worst_ms: float
    size: int


@dataclass(frozen=True)
class Measured:
    """All pages; what a browser loads the first time; what the lab grows by; what pages cost that stay open.

    `stream_per_cent` is what a stream of events would cost that asks the store for news, before any page has them.
    """

    pages: list[Page]
    first_visit_bytes: int
    grown_bytes: int
    live_per_cent: float
    tail_per_cent: float
    stream_per_cent: float


def measure() -> tuple[int, Measured]:
    """The number of spans in the store, and what was measured over them."""
    with tempfile.TemporaryDirectory() as folder:
        spans = make(Path(folder) / "bench.duckdb")
        with store(Path(folder)) as (url, _):
            child = [sys.executable, "-m", __spec__.name, url]
            done = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  this very module
    found = json.loads(done.stdout)
    return spans, Measured(**{**found, "pages": [Page(**page) for page in found["pages"]]})


def make(file: Path) -> int:
    """Put the recording into a store's file, over and over, over the last ten minutes; returns the number of spans."""
    Database.open(file).close()
    with duckdb.connect(str(file)) as connection:
        fill(connection, RECORDING)
        [[first, last, count]] = connection.execute(
            "select min(start_time), max(start_time), count(*) from spans"
        ).fetchall()
        copies = -(-SPANS // count)
        late = datetime.now(UTC).replace(tzinfo=None) - last
        _spread(connection, copies, (MINUTES * 60 - (last - first).total_seconds()) / (copies - 1), late)
        [[spans]] = connection.execute("select count(*) from spans").fetchall()
    return int(spans)


def _spread(connection: duckdb.DuckDBPyConnection, copies: int, every_s: float, late: timedelta) -> None:
    """Each copy is earlier than the one before, and its traces are others."""
    for table in schema.TABLES:
        own = [column.name for column in table.columns]
        timed = [column.name for column in table.columns if column.type == "TIMESTAMP"]
        earlier = "to_microseconds(cast((epoch(?::interval) - copy * ?) * 1e6 as bigint))"
        moved = [f"{name} + {earlier} as {name}" for name in timed]
        moved += ["md5(trace_id || copy) as trace_id"] * ("trace_id" in own)
        copied = f"select * exclude (copy) replace ({', '.join(moved)}) from {table.name}, range({copies}) r(copy)"  # noqa: S608
        if table.name == "resources":
            copied = "select * from resources"
        connection.execute(
            f"create temp table made as {copied}", [late, every_s] * len(timed) * (table.name != "resources")
        )
        connection.execute(f"delete from {table.name}")  # noqa: S608  names of our own
        connection.execute(f"insert into {table.name} select * from made")  # noqa: S608
        connection.execute("drop table made")


async def visit(store_url: str) -> Measured:
    """Visit every page as a browser does."""
    from whodunit.entry import lite_lab  # noqa: F401, PLC0415  what the lab has imported anyway

    process = psutil.Process()
    before = process.memory_full_info().pss
    telemetry = StoreTelemetry.at(store_url)
    app = Starlette(routes=mount.routes(lambda: telemetry, lambda: LiteTarget(Home.locate())))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://lab") as browser:
        first = await _first_visit(browser, PAGES[0])
        pages = [await _page(browser, path) for path in PAGES]
        grown = process.memory_full_info().pss - before
        return Measured(
            pages,
            first,
            grown,
            await _per_cent(process, lambda: browser.get(PAGES[0]), REFRESH_S),
            await _per_cent(process, lambda: browser.get(TAIL), TAIL_REFRESH_S),
            await _per_cent(process, lambda: asyncio.to_thread(telemetry.service_names), NEWS_S),
        )


async def _page(browser: httpx.AsyncClient, path: str) -> Page:
    took_ms = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = (await browser.get(path)).raise_for_status()
        took_ms.append(1000 * (time.perf_counter() - began))
    return Page(path, median(took_ms), max(took_ms), len(answer.content))


async def _first_visit(browser: httpx.AsyncClient, path: str) -> int:
    """The bytes of a page and of all that it loads."""
    page = (await browser.get(path)).raise_for_status()
    waiting = [urljoin("/", link) for link in LINKED.findall(page.text)]
    loaded: dict[str, int] = {}
    while waiting:
        link = waiting.pop()
        if link not in loaded:
            answer = (await browser.get(link)).raise_for_status()
            loaded[link] = len(answer.content)
            waiting += [urljoin(link, each) for each in IMPORTED.findall(answer.text)] if link.endswith(".js") else []
    return len(page.content) + sum(loaded.values())


async def _per_cent(process: psutil.Process, ask: Callable[[], Awaitable[object]], every_s: float) -> float:
    """The share of a core that it takes from the lab to ask for this again and again."""
    before = process.cpu_times()
    for _ in range(TIMES):
        await ask()
    after = process.cpu_times()
    return 100 * (after.user + after.system - before.user - before.system) / TIMES / every_s


def table(spans: int, found: Measured) -> Table:
    """The figures as a table."""
    drawn = Table("what", "measured", "must", title=f"The desk, with {spans:,} spans of ten minutes in the store")
    for page in found.pages:
        drawn.add_row(page.path, f"{page.median_ms:.0f} ms, worst {page.worst_ms:.0f} ms", f"{MUST_MS} ms")
    drawn.add_row("first visit, all files", f"{found.first_visit_bytes / 1000:.0f} kB", f"{MUST_KB} kB")
    drawn.add_row("the lab grows by", f"{found.grown_bytes / MEGABYTE:.0f} MB", f"{MUST_MB} MB")
    drawn.add_row("an open page takes of a core", f"{found.live_per_cent:.1f} %", f"{MUST_PER_CENT} %")
    drawn.add_row("a stream that looks for news would take", f"{found.stream_per_cent:.1f} %", "-")
    drawn.add_row("an open tail of log lines takes", f"{found.tail_per_cent:.1f} %", f"{MUST_PER_CENT} %")
    return drawn


def main() -> None:
    """Print the table; as the child, print the figures as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(asyncio.run(visit(sys.argv[1])))))  # noqa: T201
    else:
        Console(width=110).print(table(*measure()))


if __name__ == "__main__":
    main()
