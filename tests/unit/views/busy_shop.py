"""Ten minutes of a shop in memory: customers check out, and towards the end payment's pool runs dry."""

from random import Random

from tests.unit.telemetry.duck_store import DuckStore, at

GATEWAY = {"service.peer.name": "gateway"}
POOL_ERROR = (
    "QueuePool limit of size 2 overflow 0 reached, connection timed out, timeout 4.00 "
    "(Background on this error at: https://sqlalche.me/e/20/3o7r)"
)
TIMED_OUT = "Database connection timeout during payment gateway authentication."
BOUNDS = [0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0, 12.0, 30.0]


def checkout(store: DuckStore, number: int, start_s: float, dry: bool) -> str:
    """One checkout as spans and log lines, from frontend down to the gateway; its trace id."""
    trace = {"trace_id": f"{0xC0FFEE00 + number:08x}" + f"{number * 7919:024x}"}
    took = 9.3 if dry else 0.52
    bad = {"status": "error"} if dry else {}
    page = store.span("POST /api/checkout", "frontend", start_s, min(took, 2.0) + 0.02, kind="server", **trace)
    call = _call(store, "frontend", "order", page, start_s + 0.003, min(took, 2.0) + 0.01, trace)
    order = store.span(
        "POST /orders", "order", start_s + 0.005, 2.0 if dry else took, kind="server", parent_span_id=call, **trace
    )
    work = store.span("process order", "order", start_s + 0.01, took, parent_span_id=order, **trace)
    paid = _call(store, "order", "payment", work, start_s + 0.012, took - 0.05, trace, **bad)
    server = store.span(
        "POST /payments", "payment", start_s + 0.014, took - 0.06, kind="server", parent_span_id=paid, **trace, **bad
    )
    process = store.span("process payment", "payment", start_s + 0.015, took - 0.07, parent_span_id=server, **trace)
    if dry:
        for attempt in range(2):
            _connect(store, process, start_s + 0.02 + 4.2 * attempt, 4.0, trace, dry=True)
            store.log(TIMED_OUT, "payment", start_s + 4.03 + 4.2 * attempt, "ERROR", span_id=process, **trace)
            store.log(
                "Retrying payment gateway request due to connection timeout.",
                "payment",
                start_s + 4.04 + 4.2 * attempt,
                span_id=process,
                **trace,
            )
        store.log(
            "Order processing delayed due to payment timeout.", "order", start_s + 8.5, "WARN", span_id=work, **trace
        )
    _connect(store, process, start_s + (8.6 if dry else 0.02), 0.001, trace, dry=False)
    auth = store.span(
        "authenticate with gateway", "payment", start_s + took - 0.48, 0.35, parent_span_id=process, **trace
    )
    store.span(
        "POST", "payment", start_s + took - 0.47, 0.34, kind="client", attributes=GATEWAY, parent_span_id=auth, **trace
    )
    reserve = _call(store, "order", "inventory", work, start_s + took - 0.03, 0.02, trace)
    store.span(
        "POST /reservations", "inventory", start_s + took - 0.028, 0.015, kind="server", parent_span_id=reserve, **trace
    )
    store.log(
        "Order completed.", "order", start_s + took, span_id=work, attributes={"shop.order.id": str(number)}, **trace
    )
    return trace["trace_id"]


def fill(store: DuckStore, minutes: float = 10.0, dry_from_s: float = 420.0, seed: int = 7) -> None:
    """Five-second metrics for the whole time, one checkout every two seconds."""
    random = Random(seed)
    for number in range(int(minutes * 30)):
        start_s = number * 2.0 + random.random()
        checkout(store, number, start_s, dry=start_s > dry_from_s and random.random() < 0.6)
    for step in range(1, int(minutes * 12) + 1):
        _metrics(store, step * 5.0, step * 5.0 > dry_from_s + 10, random)


def _metrics(store: DuckStore, time_s: float, dry: bool, random: Random) -> None:
    counts = [0, random.randint(8, 14), random.randint(8, 12), 1, 0, 0, 0, 0, 0, 0]
    if dry:
        counts = [
            0,
            4,
            3,
            1,
            0,
            random.randint(2, 5),
            random.randint(6, 9),
            random.randint(6, 9),
            random.randint(3, 9),
            0,
        ]
    outcome = {"shop.outcome": "succeeded"}
    store.histogram("shop.payment.duration", "payment", time_s, counts, BOUNDS, attributes=outcome)
    store.counter(
        "shop.order.results",
        "order",
        time_s,
        random.randint(20, 30),
        unit="{order}",
        attributes={"shop.outcome": "completed"},
    )
    store.counter(
        "shop.order.results",
        "order",
        time_s,
        random.randint(5, 9) if dry else 0,
        unit="{order}",
        attributes={"shop.outcome": "failed"},
    )
    store.gauge(
        "shop.order.in_processing",
        "order",
        time_s,
        random.randint(40, 60) if dry else random.randint(3, 6),
        unit="{order}",
    )
    for service, size in (("order", 55_000_000), ("payment", 61_000_000), ("product-catalog", 70_000_000)):
        store.gauge("process.memory.usage", service, time_s, size + random.randint(0, 2_000_000), unit="By")


def _call(
    store: DuckStore,
    caller: str,
    callee: str,
    parent: str,
    start_s: float,
    took_s: float,
    trace: dict[str, str],
    **fields: str,
) -> str:
    peer = {"service.peer.name": callee, "server.address": "127.0.0.1"}
    return store.span(
        "POST", caller, start_s, took_s, kind="client", parent_span_id=parent, attributes=peer, **trace, **fields
    )


def _connect(store: DuckStore, parent: str, start_s: float, took_s: float, trace: dict[str, str], dry: bool) -> None:
    attributes = {"db.system.name": "sqlite", "db.namespace": "payment.db"}
    event = {
        "name": "exception",
        "time": at(start_s + took_s).isoformat(),
        "attributes": {"exception.type": "sqlalchemy.exc.TimeoutError", "exception.message": POOL_ERROR},
    }
    failed = {"status": "error", "status_message": POOL_ERROR, "events": [event]} if dry else {}
    store.span(
        "connect",
        "payment",
        start_s,
        took_s,
        kind="client",
        parent_span_id=parent,
        attributes=attributes,
        **trace,
        **failed,
    )
