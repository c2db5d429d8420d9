"""A trace as a tree: what is alike is one item, and nothing that was recorded is lost, however it hangs together."""

from collections.abc import Iterator
from typing import Any

from tests.unit.telemetry.duck_store import at
from whodunit.telemetry.answers import LogRecord, Span
from whodunit.telemetry.trace_tree import Alike, Branch, Item, Missing, tree, unique


def span(span_id: str, parent: str | None, start: float = 0, end: float = 1, **fields: Any) -> Span:
    known: dict[str, Any] = {"service": "order", "name": span_id, "kind": "internal", "status": "unset"}
    known |= {"status_message": "", "attributes": {}, "events": ()} | fields
    return Span("t", span_id, parent, start=at(start), duration_s=end - start, **known)


ROOT = span("root", None, 0, 9)


def drawn(*recorded: Span, logs: tuple[LogRecord, ...] = (), fold: bool = True) -> list[str]:
    """Each item, as deep as it stands, with its number."""
    branches = tree(recorded, logs, fold=fold)
    return [f"{'  ' * branch.depth}{branch.number} {_said(branch.item)}" for branch in branches]


def _said(item: Item) -> str:
    match item:
        case Alike(spans):
            return f"{len(spans)} × {spans[0].name}"
        case Missing(children):
            return f"missing: {children}"
        case Span():
            return item.span_id
        case LogRecord():
            return item.body


def selects(count: int, statement: str = "SELECT 1", first: int = 0) -> Iterator[Span]:
    for number in range(first, first + count):
        asked = {"db.query.text": statement}
        yield span(f"row{number}", "root", number, number + 0.5, name="SELECT", attributes=asked)


def test_children_stand_below_their_parents_by_time() -> None:
    late, early, deep = span("late", "root", 5), span("early", "root", 1), span("deep", "early", 2)
    line = LogRecord(at(3), "order", "INFO", "said", "t", "early", {})
    assert drawn(late, deep, ROOT, early, logs=(line,)) == [
        "1 root",
        "  1 early",
        "    1 deep",
        "    2 said",
        "  2 late",
    ]


def test_spans_that_are_alike_are_one_and_others_keep_their_numbers() -> None:
    beside = span("beside", "root", 2.2)
    assert drawn(ROOT, beside, *selects(5)) == ["1 root", "  1 5 × SELECT", "  4 beside"]
    assert drawn(ROOT, beside, *selects(5), fold=False)[4] == "  4 beside"
    [_, alike, _] = tree([ROOT, beside, *selects(5)])
    assert isinstance(alike.item, Alike)
    assert (alike.item.together_s, alike.is_last, alike.is_leaf) == (2.5, False, True)


def test_other_statements_are_not_alike() -> None:
    told = drawn(ROOT, *selects(4), *selects(4, "SELECT 2", first=4))
    assert told == ["1 root", "  1 4 × SELECT", "  5 4 × SELECT"]


def test_a_failed_one_is_not_folded_away() -> None:
    rows = list(selects(8))
    rows[4] = span("row4", "root", 4, 4.5, name="SELECT", status="error")
    assert drawn(ROOT, *rows) == ["1 root", "  1 7 × SELECT", "  5 row4"]


def test_spans_without_their_parents_hang_together() -> None:
    found = drawn(ROOT, span("a", "lost", 1), span("b", "a", 2), span("c", "gone", 3))
    assert found == ["1 root", "2 missing: 2", "  1 a", "    1 b", "  2 c"]


def test_of_spans_that_are_each_others_ancestors_the_first_is_a_root() -> None:
    assert drawn(ROOT, span("a", "b", 2), span("b", "a", 3)) == ["1 root", "2 a", "  1 b"]
    assert drawn(span("own", "own")) == ["1 own"]


def test_a_span_that_came_twice_is_one() -> None:
    assert unique([ROOT, span("a", "root"), ROOT]) == [ROOT, span("a", "root")]


def test_a_chain_may_be_as_deep_as_it_is() -> None:
    chain = [span(f"{depth}", f"{depth - 1}" if depth else None, depth) for depth in range(5_000)]
    *_, last = tree(chain)
    assert isinstance(last, Branch)
    assert last.depth == 4_999
