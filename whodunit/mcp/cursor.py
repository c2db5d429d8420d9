"""Cursors: where the next page of an answer begins, and the moment from which its window counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from whodunit.errors import WrongUseError

FARTHEST = 2_000
"""Rows that can be paged through: whoever has not found it by then narrows the question."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    """A part of the answer to one question as it was asked `now`: `skip` rows come before it."""

    question: str
    now: datetime
    skip: int = 0

    def after(self, rows: int) -> str | None:
        """The cursor of the page that follows so many rows; None beyond the farthest."""
        skip = self.skip + rows
        return None if skip >= FARTHEST else f"{skip}.{(self.now - _EPOCH) // _MICROSECOND}.{self.question}"


def page(arguments: Mapping[str, object], cursor: str | None, now: datetime) -> Page:
    """The page that a cursor names, else the first one as of `now`.

    Raises WrongUseError for a cursor that belongs to other `arguments`.
    """
    question = sha256(repr(sorted(arguments.items())).encode()).hexdigest()[:8]
    if not cursor:
        return Page(question, now)
    try:
        skip, asked_us, asked = cursor.split(".")
        found = Page(asked, _EPOCH + int(asked_us) * _MICROSECOND, int(skip))
    except (ValueError, OverflowError) as error:
        raise WrongUseError(f"{cursor!r} is no cursor.", "Repeat the next_cursor of an answer as it is") from error
    if found.question != question or not 0 <= found.skip < FARTHEST:
        raise WrongUseError(
            "This cursor belongs to another question.",
            "Repeat the arguments of the first call beside it, or leave it out",
        )
    return found
