"""The status of a stack, as `whodunit status --json` prints it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from whodunit.errors import LabError
from whodunit.lab.answers import LabStatus, LoadState, ProgramStatus, StoreStatus
from whodunit.stack.parts import LAB, STORE, Role
from whodunit.stack.watch import Seen, Watch
from whodunit.telemetry.composition import STORE_PATH

PAGES = {
    "shop": "",
    "desk": "/lab/",
    "grafana": "/grafana/",
    "jaeger": "/jaeger/",
    "prometheus": "/prometheus/",
    "load": "/load/",
}
"""Pages for people, behind the one address."""


def links(entry_url: str) -> Mapping[str, str]:
    """The pages of a stack, by name."""
    return {name: entry_url + path for name, path in PAGES.items()}


class Status:
    """Collects the status; figures that only Docker knows are null."""

    def __init__(self, watch: Watch, entry_url: str, load: Callable[[], LoadState | None], *, has_store: bool) -> None:
        """`load` returns the state of the load generator; it may block, and raise LabError."""
        self._watch = watch
        self._entry_url = entry_url
        self._load = load
        self._has_store = has_store

    async def __call__(self) -> LabStatus:
        """The status as JSON; scripts rely on its keys."""
        seen, load = await asyncio.gather(self._watch.sample(), asyncio.to_thread(self._load_now))
        rows = {role: [_row(each) for each in seen if each.part.role is role] for role in Role}
        return {
            "mode": "stack",
            "services": rows[Role.SERVICE],
            "backends": rows[Role.BACKEND],
            "store": self._store(rows[Role.BACKEND]),
            "load": load,
            "lab": {"name": LAB, "url": f"{self._entry_url}/lab", "pid": None, "pss_bytes": None},
            "desk": links(self._entry_url)["desk"],
            "pss_bytes": None,
            "links": dict(links(self._entry_url)),
        }

    def _store(self, backends: Sequence[ProgramStatus]) -> StoreStatus | None:
        """The store behind the entry, where it keeps the log records."""
        store = next((row for row in backends if self._has_store and row["name"] == STORE), None)
        return store and cast("StoreStatus", {**store, "url": self._entry_url + STORE_PATH})

    def _load_now(self) -> LoadState | None:
        try:
            return self._load()
        except LabError:
            return None


def _row(seen: Seen) -> ProgramStatus:
    return {
        "name": seen.part.name,
        "url": seen.part.url,
        "pid": None,
        "ready": seen.ready,
        "pss_bytes": None,
        "state": "left out" if seen.absent else "ready" if seen.ready else "not ready",
        "restarts": 0,
        "last_exit": None,
        "log": f"docker compose logs {seen.part.name}",
        "reason": seen.reason,
    }
