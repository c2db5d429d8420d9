"""Time until the shop is open, and its memory after two minutes of load."""

from time import sleep
from typing import NamedTuple

from bench.shop import MEGABYTE, Json, open_shop, resident_bytes

DEFAULT_LOAD = {"buy": 5.0, "browse": 1.0, "search": 0.5, "log_in": 0.2, "orders": 0.3}
LOAD_S = 120.0


class Opening(NamedTuple):
    """Seconds to ready, first (with empty databases to fill) and again (warm)."""

    first_s: float
    warm_s: float


class Memory(NamedTuple):
    """Proportional set size in MB after load, without and with the load generator."""

    shop_mb: float
    with_load_mb: float


def measure() -> tuple[Opening, Memory]:
    """Open twice, then load for two minutes."""
    with open_shop() as shop:
        first = shop.up()
        shop.down()
        warm = shop.up()
        shop.start_load(DEFAULT_LOAD, LOAD_S)
        sleep(LOAD_S)
        status = shop.json("status")
    return Opening(first, warm), _memory(status)


def _memory(status: Json) -> Memory:
    shop = resident_bytes(status)
    load = (status.get("load") or {}).get("pss_bytes") or 0
    return Memory(shop / MEGABYTE, (shop + load) / MEGABYTE)
