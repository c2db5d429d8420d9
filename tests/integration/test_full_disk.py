"""A full disk: the store says so and keeps its file, and what could not be written comes later."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from whodunit.store.database import Database, Unwritable
from whodunit.store.rows import Batch, LogRow, ResourceRow
from whodunit.store.times import now_us

pytestmark = pytest.mark.process

BLOCK = bytes(4096)
ROW = ResourceRow(1, "order", ["service.name"], ["order"], [], [], now_us())


def paid(order: int) -> Batch:
    body = f"paid {order}" + "." * 2000
    row = LogRow(now_us(), "order", "INFO", 9, body, "", None, None, [], [], [], [], "", 1)
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
