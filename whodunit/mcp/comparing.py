"""Tool 8: what changed between two windows, those nearest to a cause first."""

from typing import Annotated, Any

from pydantic import Field

from whodunit.compare.comparison import SIGNALS, Signal, compare
from whodunit.compare.findings import Finding
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope
from whodunit.mcp.parameters import After, Before, Cursor, Limit
from whodunit.mcp.source import Asked, interval

_MOST_REFUSED = 10


class ComparisonTool:
    """Answers from all signals of two windows."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def compare(
        self,
        before: Before,
        after: After,
        signals: Annotated[list[Signal] | None, Field(description="Default all")] = None,
        limit: Limit = 20,
        cursor: Cursor = None,
    ) -> str:
        """What changed from one window to another, tested and ranked: metrics, log patterns, edges, own time,
        statements, releases, load.
        """
        with self._ask() as source:
            at = page({"before": before, "after": after, "signals": signals}, cursor, source.now)
            was, window = interval(before, at.now), interval(after, at.now)
            found = compare(source.telemetry, was, window, signals or SIGNALS)
            rows = [_row(each) for each in found.findings]
            refused = [f"{each.component} {each.name}" for each in found.refused]
            return Envelope(
                window,
                found.query,
                rows[at.skip : at.skip + limit],
                len(rows),
                at,
                next((row["evidence_id"] for row in rows if row["evidence_id"]), None),
                "" if rows else "Nothing changed beyond chance. Do the windows lie before and after the onset?",
                more={
                    "before": {"start": was.start, "end": was.end},
                    "asked": found.asked,
                    "is_all": found.is_all,
                    "refused": {"too_few_points": len(refused), "such_as": refused[:_MOST_REFUSED]},
                },
            ).text()


def _row(finding: Finding) -> dict[str, Any]:
    return vars(finding) | {"evidence_id": finding.evidence_id or None}
