"""Parts of an expression, evaluated by Prometheus: each is a query of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from whodunit.desk.queries.explain.parts import Found, Part, Sample
from whodunit.telemetry.languages import Ask, Row
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import Window


@dataclass(frozen=True)
class InPrometheus:
    """Evaluates as of the window's end."""

    ask: Ask
    window: Window

    def __call__(self, part: Part, _inner: Sequence[Found]) -> Found:
        """The series of a part; of a range, how many samples each has."""
        if not part.is_faithful:
            return Found(None, "Not evaluated by itself: its quoted text cannot be written again as it was.")
        text = f"count_over_time({part.node})" if part.is_range else str(part.node)
        try:
            rows = self.ask(text, self.window)
        except RefusedQueryError as error:
            return Found(None, str(error), text)
        return Found([_sample(row) for row in rows], "", text)


def _sample(row: Row) -> Sample:
    labels = {name: str(value) for name, value in row.items() if name not in ("value", "__name__")}
    return Sample(labels, float(row["value"]))
