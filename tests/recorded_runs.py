"""A recorded run of a minute, small enough to see through: payments are slow and orders stuck after half of it."""

import json
from pathlib import Path

from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.runs.parquet import keep

ONSET_S, JUDGED_S, LENGTH_S = 30.0, 50.0, 60.0
EVENT = {"name": "exception", "time": "2026-11-21T12:00:31.500000Z", "attributes": {"exception.type": "Oops"}}


def make(folder: Path, judged_s: float = JUDGED_S) -> Path:
    """Record it into `folder`; its last check is decided at `judged_s`."""
    store = DuckStore()
    store.span("pay", "payment", 30, 2.5, kind="server", attributes={"a": "b"}, events=[EVENT])
    store.log("Too slow.", "payment", 32, "WARN", trace_id=f"{1:032x}")
    for second in range(5, 60, 5):
        outcome = "failed" if second >= 35 else "completed"
        store.counter("shop.order.results", "order", second, 100, attributes={"shop.outcome": outcome})
        store.gauge("shop.order.stuck", "order", second, 7 if ONSET_S <= second < JUDGED_S + 5 else 0)
    folder.mkdir(parents=True, exist_ok=True)
    keep(store, at(0), at(LENGTH_S), folder)
    phase = {
        "phase": "expect",
        "started": at(ONSET_S).isoformat(),
        "checks": [{"id": "slow", "seconds": judged_s - ONSET_S}],
    }
    about = {"scenario": "payments-slow", "title": "Payments are slow", "passed": True, "seconds": LENGTH_S}
    (folder / "result.json").write_text(json.dumps(about | {"started": at(0).isoformat(), "phases": [phase]}))
    return folder
