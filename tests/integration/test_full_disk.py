"""A full disk: the store says so and keeps its file, and what could not be written comes later."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.launcher.start import Start
from whodunit.store import otlp
from whodunit.store.app import create_app
from whodunit.store.database import Database
from whodunit.store.opening import Unwritable
from whodunit.store.rows import Batch, LogRow, ResourceRow
from whodunit.store.settings import StoreSettings
from whodunit.store.store import Store
from whodunit.store.times import now_us

pytestmark = pytest.mark.process

BLOCK = bytes(4096)
ROW = ResourceRow(1, "order", '{"service.name": "order"}', "{}", now_us())


def paid(order: int) -> Batch:
    body = f"paid {order}" + "." * 2000
    row = LogRow(now_us(), "order", "INFO", 9, body, "", None, None, "{}", "{}", "", 1)
    return Batch("logs", [row._replace(body=f"{body} {number}") for number in range(20)], {1: ROW})


class Disk:
    """A folder on a disk of 6 MB."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "telemetry.duckdb"
        self._filler = folder / "filler"

    def fill(self) -> None:
        with self._filler.open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(BLOCK)

    def free(self) -> None:
        self._filler.unlink()

    def names(self) -> set[str]:
        return {each.name for each in self.file.parent.iterdir()} - {self._filler.name}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "whodunit-test", str(tmp_path)]
    try:
        subprocess.run(mount, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a small disk cannot be mounted here, which takes Linux and root: {error}")
    yield Disk(tmp_path)
    subprocess.run(["umount", str(tmp_path)], check=True)


def logs(database: Database) -> int:
    answer = database.cursor().execute("select count(*) from logs").fetchone()
    assert answer
    return int(answer[0])


def test_a_store_that_cannot_begin_leaves_nothing_that_is_taken_for_damaged(disk: Disk) -> None:
    disk.fill()
    for _ in range(2):
        with pytest.raises(Unwritable, match="No space left on device"):
            Database.open(disk.file)
    assert disk.names() == set()
    disk.free()
    Database.open(disk.file).close()
    assert disk.names() == {"telemetry.duckdb"}


@pytest.mark.parametrize("folded", [False, True], ids=["log fails", "checkpoint fails"])
def test_a_full_disk_does_not_cost_the_file(disk: Disk, *, folded: bool) -> None:
    database = Database.open(disk.file)
    database.insert([paid(1)])
    disk.fill()
    with pytest.raises(duckdb.Error, match="No space left on device"):
        database.checkpoint() if folded else [database.insert([paid(order)]) for order in range(2, 100)]
    database.close()
    again = Database.open(disk.file)
    stored = logs(again)
    assert stored >= 20
    again.close()
    disk.free()
    last = Database.open(disk.file)
    last.insert([paid(100)])
    assert logs(last) == stored + 20
    last.close()
    assert disk.names() == {"telemetry.duckdb"}


def spans(trace: int) -> bytes:
    request = ExportTraceServiceRequest()
    scoped = request.resource_spans.add().scope_spans.add()
    for number in range(1, 101):
        ids = {"trace_id": trace.to_bytes(16, "big"), "span_id": number.to_bytes(8, "big")}
        scoped.spans.add(name="work " * 20, start_time_unix_nano=now_us() * 1000, **ids)
    return otlp.serialized(request)


@pytest.mark.anyio
async def test_the_store_tells_that_it_cannot_write_and_takes_it_later(disk: Disk) -> None:
    store = Store(StoreSettings(store_file=disk.file))
    store.start()
    app = httpx.ASGITransport(create_app(store))
    async with httpx.AsyncClient(transport=app, base_url="http://store") as http:

        async def send(trace: int) -> int:
            headers = {"Content-Type": otlp.PROTOBUF}
            return (await http.post("/v1/traces", content=spans(trace), headers=headers)).status_code

        assert await send(1) == 200
        disk.fill()
        assert await send(2) == 503
        refusal = await http.get("/readyz")
        assert (refusal.status_code, refusal.headers["content-type"]) == (503, "application/problem+json")
        assert "No space left on device" in refusal.json()["detail"]
        assert "No space left on device" in (await http.get("/stats")).json()["write_error"]
        disk.free()
        assert await send(2) == 200
        assert (await http.get("/readyz")).status_code == 200
        stats = (await http.get("/stats")).json()
        assert (stats["spans"], stats["write_error"]) == (200, None)
    store.stop()


def test_nothing_is_started_on_a_full_disk(disk: Disk) -> None:
    disk.fill()
    home = Home(disk.file.parent)
    with pytest.raises(LabError, match="No space left on device") as caught:
        Start(home, command=("this-is-not-started",)).begin()
    assert (str(home.path) in caught.value.message, caught.value.hint.split(" or ")[0]) == (
        True,
        "Free some space there",
    )
