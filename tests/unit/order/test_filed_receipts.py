"""Receipts on a volume: an order is not completed before its own is written."""

import logging
import os
from pathlib import Path

import pytest

from kit.volume import BLOCK, Volume
from services.order.receipts import KEPT, FiledReceipts, hand_over
from services.order.schemas import Order, OrderRequest
from services.order.variants import PaperReceipts, page
from tests.unit.order.conftest import Shop
from tests.unit.order.test_receipts import ORDER

pytestmark = pytest.mark.anyio

REQUEST = OrderRequest.model_validate(
    {
        "user_id": 7,
        "items": [{"product_id": 1, "quantity": 1, "unit_price_cents": 500}],
        "card_number": "4242424242424242",
    }
)


class Sized:
    """A size that can be changed."""

    def __init__(self, blocks: int) -> None:
        self.blocks = blocks

    def __call__(self) -> int:
        return self.blocks * BLOCK


@pytest.fixture
def size(shop: Shop, tmp_path: Path) -> Sized:
    """The size of the volume on which the shop writes its receipts."""
    size = Sized(1)
    receipts = FiledReceipts(Volume(tmp_path / "volume", size), shop.telemetry)
    shop.fulfilment._receipts = lambda: receipts
    return size


async def test_a_completed_order_has_its_receipt(shop: Shop, size: Sized, tmp_path: Path) -> None:
    order = await shop.orders.place("a", REQUEST)
    assert order.status == "completed"
    receipt = Order.model_validate_json((tmp_path / "volume" / "receipts" / f"{order.number:010}.json").read_bytes())
    assert receipt.id == order.id


async def test_without_room_an_order_stays_in_processing_and_ends_when_there_is_some(
    shop: Shop, size: Sized, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    size.blocks = 0
    order = await shop.orders.place("a", REQUEST)
    assert order.status == "processing"
    assert (shop.telemetry.receipts_failed, shop.telemetry.unsettled) == (["ENOSPC"], 1)
    assert ("shop.order", logging.ERROR, "Order receipt cannot be written: No space left on device.") in (
        caplog.record_tuples
    )
    await shop.reconcile()
    assert (await shop.orders.get(order.id)).status == "processing"
    size.blocks = 1
    await shop.reconcile()
    assert (await shop.orders.get(order.id)).status == "completed"
    assert shop.payment.calls.count("pay") == 1
    assert receipts_in(tmp_path) == [f"{order.number:010}.json"]


def receipts_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*.json")]


async def test_pages_for_the_printer_are_left_behind_unless_it_is_tidy(shop: Shop, tmp_path: Path) -> None:
    volume = Volume(tmp_path / "volume", lambda: 100 * BLOCK)
    await PaperReceipts(volume, shop.telemetry, lambda: True).issue(ORDER)
    assert volume.names("*/*") == ["receipts/0000000001.json"]
    await PaperReceipts(volume, shop.telemetry, lambda: False).issue(ORDER)
    assert volume.names("*/*") == ["receipts/0000000001.json", "receipts/0000000001.page"]
    assert len(page(ORDER)) > 250_000


async def test_only_the_newest_stay(tmp_path: Path) -> None:
    volume = Volume(tmp_path, lambda: 2 * KEPT * BLOCK)
    for number in range(KEPT + 3):
        volume.write(f"receipts/{number:010}.json", b"x")
    await one_look(volume, pages=False)
    assert volume.names("receipts/*")[0] == "receipts/0000000003.json"
    assert volume.used() == KEPT * BLOCK


@pytest.mark.parametrize(
    ("pages", "left"), [(False, ["receipts/1.json", "receipts/1.page"]), (True, ["receipts/1.json"])]
)
async def test_old_pages_go_when_somebody_removes_them(tmp_path: Path, pages: bool, left: list[str]) -> None:
    volume = Volume(tmp_path, lambda: 100 * BLOCK)
    for name in ("receipts/1.json", "receipts/1.page"):
        volume.write(name, b"x")
        os.utime(tmp_path / name, (1, 1))
    await one_look(volume, pages=pages)
    assert volume.names("*/*") == left


class StopLookingError(Exception):
    """Ends what goes on for ever."""


async def one_look(volume: Volume, *, pages: bool) -> None:
    answers = [pages]

    def tidy() -> bool:
        if not answers:
            raise StopLookingError
        return answers.pop()

    with pytest.raises(StopLookingError):
        await hand_over(volume, tidy, every_s=0)
