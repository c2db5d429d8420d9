"""Group commit: one thread writes all rows that wait in one transaction.

A request is answered when its rows are committed, so nothing that was accepted is lost when the process dies.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import duckdb

from whodunit.store.inbox import Inbox, Waiting
from whodunit.store.rows import Batch

log = logging.getLogger("whodunit.store")

CHORE_EVERY_S = 30.0


class Sink(Protocol):
    """Stores rows."""

    def insert(self, batches: Sequence[Batch]) -> int:
        """Write all rows, or write none and raise `duckdb.Error`; returns how many were new."""
        ...


class Writer:
    """The writing thread. `chore` runs on it from time to time, between transactions.

    `on_failure` is called, on this thread, when the database says that it cannot go on.
    """

    def __init__(
        self,
        sink: Sink,
        inbox: Inbox,
        *,
        chore: Callable[[], None] = lambda: None,
        chore_every_s: float = CHORE_EVERY_S,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._sink, self._inbox = sink, inbox
        self._chore, self._chore_every_s = chore, chore_every_s
        self._on_failure = on_failure
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self.inserted_rows = 0
        self.write_error: str | None = None  # of the last write that failed, until rows are stored again

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more rows, write those that wait, and end."""
        self._inbox.close()
        self._thread.join()

    @property
    def alive(self) -> bool:
        """True while the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        chore_at = time.monotonic() + self._chore_every_s
        while True:
            closed = self._inbox.closed
            taken = self._inbox.take(max(0.0, chore_at - time.monotonic()))
            self._write([each for each in taken if each.stored.set_running_or_notify_cancel()])
            self._inbox.done(taken)
            if closed and not taken:
                return
            if time.monotonic() >= chore_at:
                self._do_chore()
                chore_at = time.monotonic() + self._chore_every_s

    def _write(self, waiting: Sequence[Waiting]) -> None:
        if not waiting:
            return
        try:
            stored = self._sink.insert([each.batch for each in waiting])
        except duckdb.FatalException as error:
            self._give_up(waiting, error)
        except Exception as error:  # noqa: BLE001  whatever it is, this thread must go on and its senders hear of it
            self._retry_singly(waiting, error)
        else:
            self.inserted_rows += stored
            if stored and self.write_error:
                log.info("Rows can be written again")
                self.write_error = None
            for each in waiting:
                each.stored.set_result(None)

    def _retry_singly(self, waiting: Sequence[Waiting], error: Exception) -> None:
        """One request's bad rows must not cost the others theirs."""
        if len(waiting) == 1:
            self._remember(error)
            waiting[0].stored.set_exception(error)
            return
        for each in waiting:
            self._write([each])

    def _remember(self, error: Exception) -> None:
        """Keep an error that is no fault of the rows, and log the first of them."""
        if not isinstance(error, duckdb.Error) or isinstance(error, duckdb.DataError):
            return
        if self.write_error is None:
            log.error("The store could not write: %s", error)
        self.write_error = str(error)

    def _give_up(self, waiting: Sequence[Waiting], error: duckdb.Error) -> None:
        log.critical("The database cannot go on: %s", error)
        self._inbox.close()
        for each in waiting:
            each.stored.set_exception(error)
        self._on_failure()

    def _do_chore(self) -> None:
        try:
            self._chore()
        except duckdb.Error:
            log.exception("The store could not tidy up; it will try again")
