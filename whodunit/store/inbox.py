"""Rows that wait to be written: bounded, handed over in groups."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from whodunit.store.rows import Batch

MOST_ROWS = 10_000  # about 25 MB, three seconds at 3,000 a second
ENOUGH_ROWS = 2048  # a transaction of this size gains little by waiting for more
LINGER_S = 1.0  # small requests that arrive within it share a transaction, which takes 8 ms before its first row


class InboxFull(Exception):
    """Too many rows wait already, or the store is stopping; the sender may retry in a second."""


@dataclass(frozen=True)
class Waiting:
    """One request's rows, and the future that ends when they are stored."""

    batch: Batch
    stored: "Future[None]" = field(default_factory=Future)


class Inbox:
    """Filled by the event loop, emptied by the writer's thread."""

    def __init__(self, most_rows: int = MOST_ROWS, linger_s: float = LINGER_S) -> None:
        self._most_rows = most_rows
        self._linger_s = linger_s
        self._waiting: list[Waiting] = []
        self._changed = threading.Condition()
        self.closed = False
        self.rows = 0
        self.rejected_rows = 0

    def put(self, batch: Batch) -> "Future[None]":
        """Queue rows; the future ends when they are stored. Raises `InboxFull`.

        A batch larger than the whole inbox is taken when nothing waits: else it could never be stored.
        """
        waiting = Waiting(batch)
        with self._changed:
            if self.closed or (self.rows and self.rows + len(batch.rows) > self._most_rows):
                self.rejected_rows += len(batch.rows)
                reason = "The store is stopping" if self.closed else f"{self.rows} rows wait to be written"
                raise InboxFull(f"{reason}; try again.")
            self._waiting.append(waiting)
            self.rows += len(batch.rows)
            self._changed.notify()
        return waiting.stored

    def take(self, timeout_s: float) -> Sequence[Waiting]:
        """All that waits, a moment after the first arrived; nothing after `timeout_s`, or at once when closed.

        The rows count as waiting until `done` is called.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self.closed, timeout_s)
            if self._waiting and not self.closed:
                self._changed.wait_for(lambda: self.closed or self.rows >= ENOUGH_ROWS, self._linger_s)
            taken, self._waiting = self._waiting, []
        return taken

    def done(self, taken: Sequence[Waiting]) -> None:
        """Make room: these rows wait no longer."""
        with self._changed:
            self.rows -= sum(len(each.batch.rows) for each in taken)

    def close(self) -> None:
        """Take no more."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
