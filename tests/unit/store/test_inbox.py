"""The inbox is bounded, groups what waits, and refuses when it is closed."""

from concurrent.futures import Future

import pytest

from whodunit.store.inbox import Inbox, InboxFull
from whodunit.store.rows import Batch, ResourceRow

ROW = ResourceRow(1, "order", "{}", "{}", 0)


def batch(rows: int) -> Batch:
    return Batch("resources", [ROW] * rows)


def test_what_waits_is_taken_together() -> None:
    inbox = Inbox(linger_s=0)
    inbox.put(batch(2))
    inbox.put(batch(3))
    assert [len(each.batch.rows) for each in inbox.take(1)] == [2, 3]
    assert inbox.take(0) == []


def test_rows_beyond_the_bound_are_refused_until_there_is_room() -> None:
    inbox = Inbox(most_rows=5, linger_s=0)
    inbox.put(batch(4))
    with pytest.raises(InboxFull):
        inbox.put(batch(2))
    assert (inbox.rows, inbox.rejected_rows) == (4, 2)
    taken = inbox.take(0)
    with pytest.raises(InboxFull):  # not written yet
        inbox.put(batch(2))
    inbox.done(taken)
    assert isinstance(inbox.put(batch(2)), Future)


def test_a_batch_larger_than_the_inbox_is_taken_when_nothing_waits() -> None:
    inbox = Inbox(most_rows=5)
    inbox.put(batch(6))
    assert inbox.rows == 6


def test_a_closed_inbox_gives_what_it_has_and_takes_no_more() -> None:
    inbox = Inbox(linger_s=60)
    inbox.put(batch(1))
    inbox.close()
    assert len(inbox.take(60)) == 1
    assert inbox.take(60) == []
    with pytest.raises(InboxFull):
        inbox.put(batch(1))
