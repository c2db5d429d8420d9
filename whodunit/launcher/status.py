"""The status of a lite shop, as `whodunit status --json` prints it."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Any, cast

import httpx

from whodunit.lab.answers import LabProcess, LabStatus, LoadState, ProgramStatus, StoreStatus
from whodunit.launcher.inherited import backends
from whodunit.launcher.keeper import Keeper, State
from whodunit.launcher.memory import pss_bytes
from whodunit.launcher.plan import STORE
from whodunit.launcher.readiness import PLAIN_HTTP
from whodunit.launcher.supervisor import Supervisor

STATS_TIMEOUT_S = 1.0

Json = dict[str, Any]


class Status:
    """Collects the status; each call asks every program anew."""

    def __init__(self, supervisor: Supervisor, lab_url: str, load: Callable[[], LoadState | None]) -> None:
        """`load` returns the state of the load generator, None when there is none."""
        self._supervisor = supervisor
        self._lab_url = lab_url
        self._load = load

    async def __call__(self) -> LabStatus:
        """The status as JSON; scripts rely on its keys."""
        rows = await asyncio.gather(*(_describe(keeper) for keeper in self._supervisor.keepers))
        store = next((row for row in rows if row["name"] == STORE), None)
        services = [row for row in rows if row is not store]
        lab, load = await asyncio.to_thread(self._lab), await asyncio.to_thread(self._load_now)
        guests = await asyncio.gather(*(asyncio.to_thread(pss_bytes, guest.pid) for guest in self._supervisor.guests))
        return {
            "mode": "lite",
            "services": services,
            "store": store and cast("StoreStatus", {**store, **await _stats(store["url"])}),
            "load": load,
            "lab": lab,
            "desk": f"{self._lab_url}/",
            "copies_to": backends(os.environ),
            "pss_bytes": _sum([*(row["pss_bytes"] for row in rows), *guests, lab["pss_bytes"]]),
        }

    def _load_now(self) -> LoadState | None:
        load = self._load()
        return load and {**load, "pss_bytes": pss_bytes(load.get("pid"))}

    def _lab(self) -> LabProcess:
        zygote = self._supervisor.factory.pid
        parts = [pss_bytes(os.getpid()), pss_bytes(zygote) if zygote else 0]
        return {"url": self._lab_url, "pid": os.getpid(), "zygote_pid": zygote, "pss_bytes": _sum(parts)}


async def _describe(keeper: Keeper) -> ProgramStatus:
    ready, pss = await asyncio.gather(keeper.is_ready(), asyncio.to_thread(pss_bytes, keeper.pid))
    return {
        "name": keeper.program.name,
        "url": keeper.program.url,
        "pid": keeper.pid,
        "ready": ready and keeper.state is State.READY,
        "pss_bytes": pss,
        "state": keeper.state.value,
        "restarts": keeper.restarts,
        "last_exit": keeper.last_exit,
        "log": str(keeper.program.log_file),
    }


def _sum(parts: Sequence[int | None]) -> int | None:
    """None when any part is unknown: a partial total would mislead."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


async def _stats(store_url: str) -> Json:
    try:
        async with httpx.AsyncClient(timeout=STATS_TIMEOUT_S, trust_env=False, verify=PLAIN_HTTP) as client:
            stats: Json = (await client.get(f"{store_url}/stats")).raise_for_status().json()
            return stats
    except (httpx.HTTPError, ValueError):
        return {}
