"""Own time, critical path and folding of a trace."""

from typing import Any

from tests.unit.telemetry.duck_store import at
from whodunit.mcp.trace_shape import Shape, failure
from whodunit.telemetry.answers import Span


def span(span_id: str, parent: str | None, start: float, end: float, **fields: Any) -> Span:
    known: dict[str, Any] = {"service": "order", "name": span_id, "kind": "internal", "status": "unset"}
    known |= {"status_message": "", "attributes": {}, "events": ()} | fields
    return Span("t", span_id, parent, start=at(start), duration_s=end - start, **known)


def shape(*spans: Span) -> dict[str, tuple[str, float, bool]]:
    return {node.path: (node.span.span_id, round(node.self_s, 3), node.is_critical) for node in Shape(spans).nodes()}


def test_the_critical_path_is_what_the_end_waited_for() -> None:
    found = shape(
        span("root", None, 0, 10),
        span("early", "root", 1, 3),
        span("beside", "root", 2, 6),
        span("late", "root", 6, 9),
        span("within", "late", 7, 8),
    )
    assert found == {
        "1": ("root", 2, True),
        "1.1": ("early", 2, False),
        "1.2": ("beside", 4, True),
        "1.3": ("late", 2, True),
        "1.3.1": ("within", 1, True),
    }


def test_alike_spans_in_a_row_are_one() -> None:
    rows = [span(f"row{n}", "root", n, n + 0.5, name="SELECT") for n in range(5)]
    [root, folded] = Shape([span("root", None, 0, 9), *rows]).nodes()
    assert (root.below, len(folded.alike), folded.self_s) == (5, 5, 2.5)
    assert len(Shape([span("root", None, 0, 9), *rows]).nodes(fold=False)) == 6


def test_a_failed_one_is_not_folded_away() -> None:
    rows = [span(f"row{n}", "root", n, n + 0.5, name="SELECT") for n in range(8)]
    rows[4] = span("row4", "root", 4, 4.5, name="SELECT", status="error")
    assert [len(node.alike) for node in Shape([span("root", None, 0, 9), *rows]).nodes()] == [0, 4, 0, 0, 0, 0]


def test_a_span_without_its_parent_stands_at_the_top() -> None:
    assert list(shape(span("a", "lost", 0, 1), span("b", "a", 0, 1), span("c", None, 2, 3))) == ["1", "1.1", "2"]


def test_a_failure_is_told_in_one_line() -> None:
    said = {"name": "exception", "attributes": {"exception.type": "Oops", "exception.message": "no\nat line 7"}}
    by_message = span("a", None, 0, 1, status="error", status_message="Too slow\nmore", events=[said])
    assert failure(by_message)["error"] == "Too slow"
    assert failure(span("a", None, 0, 1, status="error", events=[said, {"name": "x"}]))["error"] == "Oops: no"
    assert failure(span("a", None, 0, 1, events=[said])) == {}
