"""The minute that both adapters are asked about: two processes of payment and of order, two traces, some lines."""

from tests.stack.otlp_minute import Attributes, Minute

T1, T2 = "a1b2c3" + "0" * 25 + "1", "a1b2c4" + "0" * 25 + "2"
SHARED = "d4d4d4"
D1, D2 = SHARED + "0" * 26, SHARED + "f" * 26

PERCENTILES = (
    ((10, 0, 0, 0, 0), 50, 0.25),  # half way into the first bucket, which starts at 0
    ((5, 5, 0, 0, 0), 90, 0.9),
    ((0, 0, 4, 0, 0), 25, 2.0),
    ((90, 5, 0, 5, 0), 95, 1.0),  # exactly at a boundary
    ((90, 0, 0, 10, 0), 95, 7.5),  # passes over empty buckets
    ((1, 0, 0, 0, 9), 95, 10.0),  # in the open bucket: its lower bound
    ((0, 10, 0, 0, 0), 100, 1.0),
)
"""Measurements in each bucket, a percentile, and its value."""

_WITHIN = (0.25, 0.75, 2.0, 7.0, 20.0)


def tell(minute: Minute) -> None:
    """Put everything in."""
    _payment(minute)
    _order(minute)
    _spans(minute)
    _lines(minute)


def _payment(minute: Minute) -> None:
    """Retries: 2, 3, none, 1; the process dies; 4 and 1 in a new one."""
    first = minute.meter("payment", "1")
    for time_s, retries in ((5, 2), (10, 3), (15, 0), (20, 1)):
        first.count("shop.payment.retries", retries, shop__retry__reason="connection_timeout")
        first.level("db.client.connection.count", 3, db__client__connection__state="used")
        first.level("db.client.connection.count", time_s / 5, db__client__connection__state="idle")
        first.level("process.thread.count", 9)
        if time_s == 10:
            for case, (counts, _, _) in enumerate(PERCENTILES):
                first.measure("shop.payment.duration", *_values(counts), shop__outcome=f"case {case}")
        first.export(time_s)
    second = minute.meter("payment", "2", 30)
    for time_s, retries in ((32, 4), (37, 1), (42, 0), (47, 0), (52, 0), (57, 0)):
        second.count("shop.payment.retries", retries, shop__retry__reason="connection_timeout")
        second.level("process.thread.count", 9)
        second.export(time_s)


def _order(minute: Minute) -> None:
    """Five stuck orders, then one in a new process; slow orders with exemplars, and quick ones later."""
    first = minute.meter("order", "1")
    first.level("shop.order.stuck", 5)
    first.measure("shop.order.duration", 0.2, trace_id=T2, shop__outcome="completed")
    first.measure("shop.order.duration", 11.0, trace_id=T1, shop__outcome="completed")
    first.export(8)
    first.export(13)
    second = minute.meter("order", "2", 15)
    second.level("shop.order.stuck", 1)
    second.export(18)
    second.measure("shop.order.duration", 0.2, 0.2, shop__outcome="completed")
    second.export(43)


def _spans(minute: Minute) -> None:
    """order → payment → a connection that never comes, and the gateway; then payment, called by nobody."""
    root = minute.span("POST /orders", "order", 1, 12, T1, kind="server")
    peer = {"service.peer.name": "payment"}
    call = minute.span("POST", "order", 1.1, 10.5, T1, parent=root, kind="client", status="error", attributes=peer)
    paid = minute.span("POST /payments", "payment", 1.2, 13, T1, parent=call, kind="server")
    minute.span(
        "connect",
        "payment",
        1.3,
        4,
        T1,
        parent=paid,
        kind="client",
        status="error",
        message="QueuePool limit",
        attributes={"db.system.name": "postgresql", "db.namespace": "payment", "server.port": 5432, "slow": True},
        events=[("exception", {"exception.type": "TimeoutError"})],
    )
    gateway: Attributes = {"service.peer.name": "gateway", "http.response.status_code": 503}
    minute.span("POST", "payment", 6, 0.35, T1, parent=paid, kind="client", attributes=gateway)
    minute.span("connect", "payment", 30, 0.001, T2)


def _lines(minute: Minute) -> None:
    minute.log("Payment service timeout, retrying.", "order", 2, "INFO", T1)
    minute.log("Order processing delayed due to payment timeout.", "order", 3, "WARN", "f" * 32)
    minute.log("Database (connection) timeout\n100 %", "payment", 4, "ERROR", attributes={"shop.order.id": 7})
    minute.log("too early", "payment", -1, "ERROR")
    minute.log("one", "user", 50, "DEBUG", D1)
    minute.log("two", "user", 51, "DEBUG", D2)


def _values(counts: tuple[int, ...]) -> list[float]:
    return [value for value, count in zip(_WITHIN, counts, strict=True) for _ in range(count)]
