"""Writes the results of the load generator once a second, for the lab to read."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gevent.event import Event

from kit import atomic
from loadgen.spec import LoadSpec
from loadgen.stats import Stats

EVERY_S = 1.0


class Report:
    """`stats.json` while it runs, and `result.json` with the same form at the end; none of a sealed load."""

    def __init__(self, folder: Path, spec: LoadSpec, stats: Stats) -> None:
        self._folder = folder
        self._stats = stats
        self._is_sealed = spec.sealed
        self._about = {"pid": os.getpid(), "started_at": _now(), "spec": spec.model_dump(mode="json")}
        self.state = "running"
        folder.mkdir(parents=True, exist_ok=True)

    def keep_current(self, ended: Event) -> None:
        """Write every second until `ended`."""
        while not ended.wait(EVERY_S):
            self.write()

    def finish(self, state: str) -> None:
        """Write for the last time: `ended`, or `stopped` before the time was over."""
        self.state = state
        self.write()
        self._put("result.json")

    def write(self) -> None:
        """Write now."""
        self._put("stats.json")

    def _put(self, name: str) -> None:
        if self._is_sealed:
            return
        atomic.write_text(self._folder / name, json.dumps(self._document(), indent=2) + "\n")

    def _document(self) -> dict[str, Any]:
        return {"state": self.state, **self._about, "updated_at": _now(), **self._stats.snapshot()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
