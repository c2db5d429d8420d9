"""A connection pool that tells how it is doing, by the semantic conventions' `db.client.connection.*` names.

The contrib instrumentation emits only the deprecated `db.client.connections.usage`.
"""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation
from sqlalchemy import event, exc
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from kit.buckets import SECONDS, SHORT_SECONDS

POOL_NAME = "db.client.connection.pool.name"
STATE = "db.client.connection.state"


class PoolMeter:
    """The instruments of one pool, named after its service."""

    def __init__(self, name: str) -> None:
        meter = metrics.get_meter("shop.db")
        self.attributes = {POOL_NAME: name}
        self.wait = meter.create_histogram(
            "db.client.connection.wait_time", "s", explicit_bucket_boundaries_advisory=SECONDS
        )
        self.use = meter.create_histogram(
            "db.client.connection.use_time", "s", explicit_bucket_boundaries_advisory=SHORT_SECONDS
        )
        self.pending = 0
        self.timeouts = meter.create_counter("db.client.connection.timeouts", "{timeout}")
        self.timeouts.add(0, self.attributes)

    def watch(self, pool: "MeteredPool") -> None:
        """Observe `pool`: connections used and idle, how many it may have, and how many requests wait for one."""
        meter = metrics.get_meter("shop.db")
        used, idle = ({**self.attributes, STATE: state} for state in ("used", "idle"))

        def count(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(pool.checkedout(), used), Observation(pool.checkedin(), idle)]

        def most(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(pool.most(), self.attributes)]

        meter.create_observable_up_down_counter("db.client.connection.count", [count], "{connection}")

        def pending(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(self.pending, self.attributes)]

        meter.create_observable_up_down_counter("db.client.connection.max", [most], "{connection}")
        meter.create_observable_up_down_counter("db.client.connection.pending_requests", [pending], "{request}")
        event.listen(pool, "checkout", self._lent)
        event.listen(pool, "checkin", self._returned)

    def _lent(self, _dbapi: Any, entry: ConnectionPoolEntry, _proxy: Any) -> None:
        entry.info["lent_at"] = perf_counter()

    def _returned(self, _dbapi: Any, entry: ConnectionPoolEntry | None) -> None:
        if entry is not None and "lent_at" in entry.info:
            self.use.record(perf_counter() - entry.info.pop("lent_at"), self.attributes)


class MeteredPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's queue pool; waits, waiters and time-outs are measured where they happen.

    `_do_get`, `_do_return_conn` and `_max_overflow` are SQLAlchemy's internals: it has no event around the wait, and
    reads the last at each check-out, which lets the pool grow while it runs. It would keep for good what it has grown
    to, though, as long as somebody uses it: a connection beyond the `most` that it may have is closed on its return.
    """

    meter: PoolMeter
    extra_connections: Callable[[], int]
    most: Callable[[], int]

    def recreate(self) -> "MeteredPool":
        """A new pool in this one's place, as a closed engine wants it."""
        pool = super().recreate()
        assert isinstance(pool, MeteredPool)  # noqa: S101  SQLAlchemy makes one of its own class
        pool.meter, pool.extra_connections, pool.most = self.meter, self.extra_connections, self.most
        return pool

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        if self.size() + self.overflow() <= self.most():
            super()._do_return_conn(record)
            return
        try:
            record.close()
        finally:
            self._dec_overflow()

    def _do_get(self) -> ConnectionPoolEntry:
        self._max_overflow = self.extra_connections()
        self.meter.pending += 1
        start = perf_counter()
        try:
            return super()._do_get()
        except exc.TimeoutError:
            self.meter.timeouts.add(1, self.meter.attributes)
            raise
        finally:
            self.meter.pending -= 1
            self.meter.wait.record(perf_counter() - start, self.meter.attributes)
