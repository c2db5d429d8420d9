"""`make bench`: everything the README quotes, in one table. Takes about twelve minutes."""

import platform
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
from rich.console import Console
from rich.table import Table

from bench import checkout_rate, client, evidence, start_and_memory, telemetry_cost
from whodunit.store import bench as store_bench

Row = tuple[str, str, str]


def main() -> None:
    """Measure one thing after the other and print the table; progress goes to stderr."""
    table = Table("what", "measured", "must / aim", title=_machine(), title_justify="left")
    for row in _rows(Console(stderr=True)):
        table.add_row(*row)
    Console(width=110).print(table)


def _machine() -> str:
    memory_gib = psutil.virtual_memory().total / 2**30
    today = datetime.now(UTC).date().isoformat()
    return f"{psutil.cpu_count()} cores, {memory_gib:.0f} GiB, Python {platform.python_version()}, {today}"


def _rows(progress: Console) -> Iterator[Row]:
    progress.print("1/5 opening, and memory under load…")
    yield from _opening()
    progress.print("2/5 highest checkout rate…")
    yield from _rate()
    progress.print("3/5 what telemetry costs…")
    yield from _cost()
    progress.print("4/5 spans into the store…")
    yield from _store()
    progress.print("5/5 from fault to evidence…")
    yield from _evidence()


def _opening() -> Iterator[Row]:
    opening, memory = start_and_memory.measure()
    yield "first `up`, databases made and filled", f"{opening.first_s:.1f} s", ""
    yield "warm `up` to all ready", f"{opening.warm_s:.1f} s", "8 / 5 s"
    yield "PSS after 2 min of load: shop, lab, store", f"{memory.shop_mb:.0f} MB", "550 / 450 MB"
    yield "  with the load generator", f"{memory.with_load_mb:.0f} MB", "700 / 600 MB"


def _rate() -> Iterator[Row]:
    steps = checkout_rate.measure()
    sustained = [step for step in steps if step.sustained]
    best = sustained[-1] if sustained else steps[-1]
    yield "checkouts/s sustained, p95 ≤ 250 ms", f"{best.rate:g}/s at p95 {best.p95_s * 1000:.0f} ms", "30 / 50 per s"
    last = steps[-1]
    limit = f"{last.rate:g}/s: p95 {last.p95_s * 1000:.0f} ms, {last.errors} errors; {last.busiest} of a core"
    yield "  what limits it", limit, ""


def _cost() -> Iterator[Row]:
    cost = telemetry_cost.measure()
    shown = f"{cost.share:.0%} ({cost.with_all:.0f} of {cost.without:.0f} req/s)"
    yield "throughput kept with all three signals on", shown, "45 / 60 %"
    yield (
        "  processor time that they add to a request",
        f"{cost.us:.0f} µs (the request alone {cost.handler_us:.0f} µs)",
        "",
    )
    own_us, httpx_us = client.measure()
    yield "processor time to send a small request", f"{own_us:.0f} µs (by httpx alone {httpx_us:.0f} µs)", ""


def _store() -> Iterator[Row]:
    found = store_bench.measure()
    yield "spans/s into the store", f"{found['spans_per_s']:,.0f}", "3,000 on one core"
    yield "  per second of its CPU time", f"{found['spans_per_cpu_s']:,.0f}", ""


def _evidence() -> Iterator[Row]:
    for slug, times in evidence.measure().items():
        first, half, last = times[0], times[len(times) // 2], times[-1]
        shown = f"first {first:.0f} s, half {half:.0f} s, all {len(times)} {last:.0f} s"
        yield f"{slug}: from fault to evidence", shown, "first 60 s"


if __name__ == "__main__":
    main()
