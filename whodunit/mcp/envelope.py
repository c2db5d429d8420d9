"""The form of every answer about telemetry: rows within a hard limit of characters, and what was left out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from typing import Any

from whodunit.legible import STEERING
from whodunit.mcp.cursor import Page
from whodunit.mcp.moments import rfc3339
from whodunit.telemetry.questions import Window

MOST_CHARACTERS = 12_000
LONGEST_TEXT = 1_000
LONGEST_QUERY = 2_500
_IN_SHORT = 100
_CURSOR_AND_COUNTS = 200

EVIDENCE_ID = "evidence_id"

Json = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """Rows of the page, how many there are in `total`, and the query behind them; `more` are lists beside the rows.

    `evidence_id` is what `submit` takes for the first row; rows may have their own.
    """

    window: Window | None
    query: str
    rows: Sequence[Json]
    total: int
    page: Page | None = None
    evidence_id: str | None = None
    hint: str = ""
    at_least: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    def text(self) -> str:
        """The answer as JSON; rows that do not fit are left out, and the cursor begins with them."""
        frame, query = self._frame(), cut(self.query, LONGEST_QUERY)
        room = MOST_CHARACTERS - len(as_json(frame)) - len(as_json(query)) - _CURSOR_AND_COUNTS
        rows = fitting([shortened(row) for row in self.rows], room)
        skipped = self.page.skip if self.page else 0
        missing = self.total - skipped - len(rows)
        goes_on = missing > 0 or (self.at_least and bool(rows))
        counts: Json = {"total": self.total, "truncated": goes_on} | (
            {"total_is_at_least": True} if self.at_least else {}
        )
        if missing > 0:
            counts["left_out"] = missing
        counts["next_cursor"] = self.page.after(len(rows)) if self.page and goes_on and rows else None
        return as_json({**frame, "rows": rows, **counts, "query": query})

    def _frame(self) -> Json:
        window = self.window and {"start": rfc3339(self.window.start), "end": rfc3339(self.window.end)}
        hint = {"hint": self.hint} if self.hint else {}
        return {
            "window": window,
            **{name: shortened(each) for name, each in self.more.items()},
            "evidence_id": self.evidence_id,
            **hint,
        }


def as_json(document: object) -> str:
    """Compact JSON: moments as RFC 3339 in UTC, numbers to five digits, and no character that steers a terminal."""
    text = json.dumps(plain(document), ensure_ascii=False, separators=(",", ":"))
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain(value: Any) -> Any:
    """Values of the port as JSON has them; what is no number is null."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value]


def shortened(value: Any, longest: int = LONGEST_TEXT) -> Any:
    """The value with its long texts cut, each with the number of characters that are missing; ids stay whole."""
    if isinstance(value, str):
        return cut(value, longest)
    if isinstance(value, Mapping):
        return {key: each if key == EVIDENCE_ID else shortened(each, longest) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [shortened(each, longest) for each in value]
    return value


def fitting(rows: Sequence[Json], room: int) -> list[Json]:
    """As many of the first rows as there is room for; the first one, if need be, in short."""
    fitting: list[Json] = []
    for row in rows:
        room -= len(as_json(row)) + 1
        if room < 0:
            break
        fitting.append(row)
    return fitting or [
        short for row in rows[:1] if len(as_json(short := shortened(row, _IN_SHORT))) <= room + len(as_json(row))
    ]


def cut(text: str, longest: int) -> str:
    """The text; of a longer one so many characters, and the number of those that are missing."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest} more characters)"


def _number(value: float) -> float | int | None:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  NaN alone differs from itself
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.5g}")
