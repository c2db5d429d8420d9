"""The backup of orders as a process of its own."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.order.ledger import Ledger
from services.order.schemas import Order, OrderRequest
from tests.databases import DatabaseUrl, opened

pytestmark = [pytest.mark.anyio, pytest.mark.process]

FLAGS = Path(__file__).parents[2] / "flags" / "flags.flagd.json"
REQUEST = {
    "user_id": 1,
    "items": [{"product_id": 1, "quantity": 1, "unit_price_cents": 1999}],
    "card_number": "4242424242424242",
}


async def test_it_writes_a_dump_tells_of_it_and_ends(database_url: DatabaseUrl, tmp_path: Path) -> None:
    url = database_url("order")
    async with opened("order", url) as db:
        order, _ = await Ledger(db).enter("key", OrderRequest.model_validate(REQUEST))
    own = {"DATABASE_URL": url, "ORDER_VOLUME": str(tmp_path / "volume"), "OTEL_SDK_DISABLED": "true"}
    flags = {"FLAGD_RESOLVER": "file", "FLAGD_OFFLINE_FLAG_SOURCE_PATH": str(FLAGS)}
    env = {**os.environ, **own, **flags}
    command = [sys.executable, "-c", "from services.order.backup import main; main()"]
    run = await asyncio.to_thread(
        subprocess.run, command, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert '"Backup of orders written."' in run.stdout
    assert dumped(tmp_path / "volume" / "dumps") == [order.id]


def dumped(folder: Path) -> list[str]:
    """The ids of the orders in the one dump that there is."""
    (dump,) = folder.iterdir()
    return [Order.model_validate_json(line).id for line in dump.read_bytes().splitlines()]
