"""The evidence behind the claims of a report: each is numbered when a claim cites it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from whodunit.blocks import Block, Folded, Heading, Table
from whodunit.incident.query_text import language
from whodunit.telemetry.questions import Window

NOT_TELEMETRY = "—"


@dataclass(frozen=True)
class Evidence:
    """What was asked, of which time, and what the answer was.

    `query` is the backend's own text, or the command that shows it; `trace_id` is an example, empty without one.
    """

    asked: str
    query: str
    window: Window | None
    value: str
    trace_id: str = ""


@dataclass
class Docket:
    """Numbers the evidence in the order in which it is cited; the same evidence keeps its number."""

    _found: list[Evidence] = field(default_factory=list)

    def cite(self, evidence: Evidence) -> str:
        """The mark that stands behind a claim, such as `[E7]`."""
        if evidence not in self._found:
            self._found.append(evidence)
        return f"[E{self._found.index(evidence) + 1}]"

    def blocks(self) -> Iterator[Block]:
        """All of it as a table, and the texts of the queries."""
        queries = list(dict.fromkeys(each.query for each in self._found if _is_long(each.query)))
        yield Heading("Evidence")
        yield Table(
            ("evidence", "what was asked", "query", "window (UTC)", "value", "trace"),
            [
                (f"E{number}", each.asked, _named(each.query, queries), clocked(each.window), each.value, each.trace_id)
                for number, each in enumerate(self._found, 1)
            ],
        )
        for number, query in enumerate(queries, 1):
            yield Folded(f"Q{number}", query, language(query))


def _is_long(query: str) -> bool:
    return "\n" in query or len(query) > 60


def _named(query: str, queries: Sequence[str]) -> str:
    return f"Q{queries.index(query) + 1}" if query in queries else f"`{query}`" if query else NOT_TELEMETRY


def clocked(window: Window | None) -> str:
    """A window as a report writes it, such as `14:03:20 to 14:04:00`."""
    return f"{clock(window.start)} to {clock(window.end)}" if window else NOT_TELEMETRY


def clock(moment: datetime) -> str:
    """A moment in UTC, to the second."""
    return f"{moment:%H:%M:%S}"
