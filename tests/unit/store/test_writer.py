"""The writer answers when rows are stored, and keeps one request's trouble from the others."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pytest

from whodunit.store.inbox import Inbox, InboxFull
from whodunit.store.rows import Batch, ResourceRow
from whodunit.store.writer import Writer

SOON_S = 10


def batch(service: str) -> Batch:
    return Batch("resources", [ResourceRow(1, service, "{}", "{}", 0)])


class FakeSink:
    """Remembers what it was given; refuses groups with a service called like an error, breaks on one called fatal."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.is_full = False

    def insert(self, batches: Sequence[Batch]) -> int:
        services = [row.service for each in batches for row in each.rows]
        for error in (duckdb.ConversionException, UnicodeError):
            if error.__name__ in services:
                raise error("bad rows")
        if self.is_full:
            raise duckdb.TransactionException("No space left on device")
        if "fatal" in services:
            raise duckdb.FatalException("broken")
        self.groups.append(services)
        return len(services)


@contextmanager
def running(writer: Writer) -> Iterator[None]:
    writer.start()
    yield
    writer.stop()


def test_one_transaction_for_all_that_waits() -> None:
    sink, inbox = FakeSink(), Inbox(linger_s=0)
    stored = [inbox.put(batch(name)) for name in ("order", "payment")]
    with running(Writer(sink, inbox)):
        assert [each.result(SOON_S) for each in stored] == [None, None]
    assert sink.groups == [["order", "payment"]]


@pytest.mark.parametrize("error", [duckdb.ConversionException, UnicodeError])
def test_bad_rows_cost_their_sender_alone(error: type[Exception]) -> None:
    sink, inbox = FakeSink(), Inbox(linger_s=0)
    good, bad, other = [inbox.put(batch(name)) for name in ("order", error.__name__, "payment")]
    with running(Writer(sink, inbox)):
        good.result(SOON_S)
        other.result(SOON_S)
        with pytest.raises(error):
            bad.result(SOON_S)
    assert sink.groups == [["order"], ["payment"]]
    assert inbox.rows == 0


def test_what_could_not_be_written_is_told_until_rows_are_stored_again(caplog: pytest.LogCaptureFixture) -> None:
    sink, inbox = FakeSink(), Inbox(linger_s=0)
    writer = Writer(sink, inbox)
    with running(writer):
        sink.is_full = True
        assert isinstance(inbox.put(batch("order")).exception(SOON_S), duckdb.TransactionException)
        assert writer.write_error == "No space left on device"
        assert inbox.put(batch("order")).exception(SOON_S)
        assert caplog.messages == ["The store could not write: No space left on device"]
        sink.is_full = False
        inbox.put(Batch("resources", [])).result(SOON_S)
        assert writer.write_error
        inbox.put(batch("order")).result(SOON_S)
        assert writer.write_error is None
        assert inbox.put(batch("ConversionException")).exception(SOON_S)
        assert writer.write_error is None


def test_stopping_writes_what_waits() -> None:
    sink, inbox = FakeSink(), Inbox(linger_s=60)
    stored = inbox.put(batch("order"))
    with running(Writer(sink, inbox)):
        pass
    assert stored.done()
    assert sink.groups == [["order"]]


def test_a_broken_database_is_told_and_nothing_more_is_taken() -> None:
    inbox, told = Inbox(linger_s=0), threading.Event()
    stored = inbox.put(batch("fatal"))
    with running(Writer(FakeSink(), inbox, on_failure=told.set)):
        assert told.wait(SOON_S)
        with pytest.raises(duckdb.FatalException):
            stored.result(SOON_S)
        with pytest.raises(InboxFull):
            inbox.put(batch("order"))


def test_the_chore_is_done_without_traffic_and_its_trouble_is_survived() -> None:
    inbox, calls = Inbox(linger_s=0), threading.Semaphore(0)

    def chore() -> None:
        calls.release()
        raise duckdb.IOException("disk full")

    with running(Writer(FakeSink(), inbox, chore=chore, chore_every_s=0.01)):
        assert calls.acquire(timeout=SOON_S)
        assert calls.acquire(timeout=SOON_S)
        inbox.put(batch("order")).result(SOON_S)
