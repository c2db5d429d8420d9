"""Looks for new orders between two backups: what becomes of their connections."""

import asyncio

import pytest

from kit.db import Database
from kit.errors import DatabaseUnavailable
from kit.tasks import end
from kit.variants import Choice, FixedVariants, Option
from services.order.backup import BackupSettings, lookout
from services.order.lookout import ClosedLooks, Looks, OpenLooks, look_when_due
from tests.databases import DatabaseUrl, opened
from tests.unit.order.conftest import Shop
from tests.unit.order.test_filed_receipts import REQUEST

pytestmark = pytest.mark.anyio

DEPLOYED = {"order-deployment": "lookout"}
MENDED = DEPLOYED | {"order-backup-close-connections": "on"}
ROLLED_BACK = DEPLOYED | {"order-rollback": "on"}


@pytest.mark.parametrize(
    ("switched", "is_due", "looks"),
    [({}, False, OpenLooks), (DEPLOYED, True, OpenLooks), (MENDED, True, ClosedLooks), (ROLLED_BACK, False, OpenLooks)],
)
def test_a_release_says_whether_and_how_it_looks(switched: dict[str, str], is_due: bool, looks: type[Looks]) -> None:
    variants = FixedVariants(**switched)
    due, way = lookout(BackupSettings(), variants)
    assert (due(), type(way())) == (is_due, looks)


class Opened:
    """Opens a database again and again, and knows how many connections each has open."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._all: list[Database] = []

    def __call__(self) -> Database:
        self._all.append(Database("order-backup", self._url, pool_size=1))
        return self._all[-1]

    def idle(self) -> list[int]:
        """Connections in each one's pool."""
        return [db.engine.pool.checkedin() for db in self._all]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("way", "left"), [(OpenLooks, [1, 1, 1]), (ClosedLooks, [0, 0, 0])])
async def test_a_look_keeps_its_connection_or_closes_it(
    way: type[OpenLooks | ClosedLooks], left: list[int], database_url: DatabaseUrl
) -> None:
    url = database_url("order")
    async with opened("order", url) as db:
        order = await Shop(db).orders.place("a", REQUEST)
    databases = Opened(url)
    looks = way(databases)
    assert [await looks.newest() for _ in left] == [order.number] * 3
    assert databases.idle() == left
    await looks.close()
    assert databases.idle() == [0, 0, 0]


class CountedLooks:
    """Counts looks, and whether it was closed; refused as long as the server is full."""

    def __init__(self) -> None:
        self.looked, self.closed = asyncio.Queue[int](), asyncio.Event()
        self.is_full = False

    async def newest(self) -> int:
        self.looked.put_nowait(1)
        if self.is_full:
            raise DatabaseUnavailable("The database cannot be used now.")
        return 1

    async def close(self) -> None:
        self.closed.set()


async def test_it_looks_while_it_is_due_though_the_server_is_full_and_closes_everything_then() -> None:
    variants, looks = FixedVariants(**DEPLOYED), CountedLooks()
    due, _ = lookout(BackupSettings(), variants)
    looks.is_full = True
    looking = asyncio.create_task(look_when_due(due, Choice[Looks](variants, looks)))
    async with asyncio.timeout(10):
        for _ in range(2):
            await looks.looked.get()
        assert not looks.closed.is_set()
        variants.values |= ROLLED_BACK
        await looks.closed.wait()
    await end([looking])


async def test_whatever_was_left_open_is_closed_when_others_take_over() -> None:
    variants, careless, careful = FixedVariants(**DEPLOYED), CountedLooks(), CountedLooks()
    due, _ = lookout(BackupSettings(), variants)
    mended = Option[Looks]("order-backup-close-connections", "on", careful)
    looking = asyncio.create_task(look_when_due(due, Choice[Looks](variants, careless, mended)))
    async with asyncio.timeout(10):
        await careless.looked.get()
        variants.values |= MENDED
        await careful.looked.get()
    assert careless.closed.is_set()
    await end([looking])
