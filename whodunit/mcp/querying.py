"""Tool 9: a raw query in the language of a program that holds telemetry."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from whodunit.errors import WrongUseError
from whodunit.mcp.cursor import page
from whodunit.mcp.envelope import Envelope, Json
from whodunit.mcp.parameters import Cursor
from whodunit.mcp.source import Asked
from whodunit.telemetry.citation import SpanCitation

Language = Literal["sql", "promql", "logql", "jaeger"]

_HINTS: dict[Language, str] = {
    "sql": "No rows. Times are UTC; describe a table to see its columns.",
    "promql": 'No series in the last five minutes. All names: count by (__name__) ({__name__=~".+"})',
    "jaeger": "No traces. Its search needs a service: service=order&minDuration=1s",
    "logql": 'No lines. Every line of every service: {service_name=~".+"}',
}


class QueryTool:
    """Answers whatever the programs answer."""

    def __init__(self, ask: Asked) -> None:
        self._ask = ask

    def query(
        self,
        language: Language,
        text: Annotated[str, Field(description="SQL tables: spans, logs, metrics, resources (describe spans)")],
        cursor: Cursor = None,
    ) -> str:
        """A raw, read-only query: sql of the store (lite, replay), promql, logql, jaeger's search (stack). For what
        the other tools cannot ask.
        """
        with self._ask() as source:
            if language not in source.languages:
                there = ", ".join(source.languages)
                raise WrongUseError(
                    f"The telemetry of this {source.mode} does not speak {language}.", f"It speaks: {there}."
                )
            at = page({"language": language, "text": text}, cursor, source.now)
            rows = source.languages[language](text)
            shown = rows[at.skip :]
            return Envelope(None, text, shown, len(rows), at, _evidence(shown), "" if rows else _HINTS[language]).text()


def _evidence(rows: Sequence[Json]) -> str | None:
    """The first row's, if it tells its trace and its span."""
    trace, span = (rows[0].get(key) for key in ("trace_id", "span_id")) if rows else (None, None)
    return str(SpanCitation(trace=trace, span=span)) if trace and span else None
