"""The backup of orders: when it is due, what it keeps, and what it says when there is no room."""

import asyncio
import logging
from pathlib import Path

import pytest

from kit.variants import FixedVariants
from kit.volume import Volume
from services.order.backup import DAY_S, EACH_SECOND_S, KEEP, RECORD, Backup, backup_when_due, retention, schedule
from services.order.schemas import Order
from tests.unit.order.conftest import Shop
from tests.unit.order.test_filed_receipts import REQUEST

pytestmark = pytest.mark.anyio

RUNAWAY = {"order-backup-runaway": "on"}
MENDED = RUNAWAY | {"order-backup-daily": "on"}


def variants(values: dict[str, str]) -> FixedVariants:
    found = FixedVariants()
    found.values = dict(values)
    return found


@pytest.mark.parametrize(
    ("switched", "every_s", "keep"),
    [
        ({}, DAY_S, KEEP),
        (RUNAWAY, EACH_SECOND_S, None),
        (MENDED, DAY_S, KEEP),
        (RUNAWAY | {"order-backup-retention": "on"}, EACH_SECOND_S, KEEP),
    ],
)
def test_a_configuration_says_how_often_and_how_many(
    switched: dict[str, str], every_s: float, keep: int | None
) -> None:
    assert (schedule(variants(switched))(), retention(variants(switched))()) == (every_s, keep)


class Dumps:
    """A backup of a shop on two volumes."""

    def __init__(self, shop: Shop, folder: Path, records: int = 10) -> None:
        self.shared, self.own = (Volume(folder / name, lambda: records * RECORD) for name in ("shared", "own"))
        self.order = (self.shared, self.own)
        self.variants = FixedVariants()
        self.backup = Backup(shop.ledger, lambda: self.order, retention(self.variants))

    def count(self) -> tuple[int, int]:
        return len(self.shared.names("dumps/*")), len(self.own.names("dumps/*"))


async def test_a_dump_has_the_orders_in_whole_records(shop: Shop, tmp_path: Path) -> None:
    order, dumps = await shop.orders.place("a", REQUEST), Dumps(shop, tmp_path)
    await dumps.backup.make(DAY_S)
    (name,) = dumps.shared.names("dumps/*")
    content = (tmp_path / "shared" / name).read_bytes()
    assert len(content) == RECORD
    assert [Order.model_validate_json(line).id for line in content.splitlines()] == [order.id]


async def test_the_newest_are_kept_unless_all_are(shop: Shop, tmp_path: Path) -> None:
    dumps = Dumps(shop, tmp_path)
    for _ in range(KEEP + 2):
        await dumps.backup.make(DAY_S)
    assert dumps.count() == (KEEP, 0)
    dumps.variants.values |= RUNAWAY
    for _ in range(2):
        await dumps.backup.make(EACH_SECOND_S)
    assert dumps.count() == (KEEP + 2, 0)


async def test_dumps_on_a_volume_of_their_own_leave_the_shared_one_and_come_back(shop: Shop, tmp_path: Path) -> None:
    dumps = Dumps(shop, tmp_path)
    await dumps.backup.make(DAY_S)
    dumps.order = (dumps.own, dumps.shared)
    await dumps.backup.make(DAY_S)
    assert dumps.count() == (0, 1)
    dumps.order = (dumps.shared, dumps.own)
    await dumps.backup.make(DAY_S)
    assert dumps.count() == (1, 0)


async def test_without_room_it_says_so_and_leaves_what_there_was_room_for(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dumps = Dumps(shop, tmp_path, records=2)
    dumps.variants.values |= RUNAWAY
    dumps.shared.write("receipts/1.json", b"x")
    for _ in range(3):
        await dumps.backup.make(EACH_SECOND_S)
    assert dumps.shared.used() == dumps.shared.size
    said = ("shop.order.backup", logging.ERROR, "Backup of orders cannot be written: No space left on device.")
    assert said in caplog.record_tuples


async def test_it_is_made_when_it_is_due_and_when_the_schedule_is_another() -> None:
    switches, made = variants({}), asyncio.Queue[float]()
    every = schedule(switches)

    async def back_up() -> None:
        made.put_nowait(every.look())

    working = asyncio.create_task(backup_when_due(every, back_up))
    await asyncio.sleep(0)
    assert made.empty()
    switches.values |= RUNAWAY
    async with asyncio.timeout(10):
        assert [await made.get() for _ in range(2)] == [EACH_SECOND_S] * 2
        switches.values |= MENDED
        while await made.get() != DAY_S:
            pass
    assert made.empty()
    working.cancel()


async def test_a_schedule_that_changes_during_a_backup_has_another_made_at_once() -> None:
    switches, made = variants(RUNAWAY), asyncio.Queue[float]()
    every = schedule(switches)

    async def back_up() -> None:
        switches.values |= MENDED
        await asyncio.sleep(0)
        made.put_nowait(every.look())

    working = asyncio.create_task(backup_when_due(every, back_up))
    async with asyncio.timeout(10):
        assert [await made.get() for _ in range(2)] == [DAY_S] * 2
    working.cancel()
