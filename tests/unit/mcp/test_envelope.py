"""No answer is longer than a client takes, and every row can be had."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.mcp.shop import answer, said, server_of, source_of
from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.errors import WrongUseError
from whodunit.mcp.cursor import Page, page
from whodunit.mcp.envelope import MOST_CHARACTERS, Envelope, as_json

pytestmark = pytest.mark.anyio

TEXTS = st.text(max_size=3_000)
ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), TEXTS | st.floats() | st.lists(TEXTS, max_size=3)), max_size=30)


@given(ROWS, st.text(max_size=5_000))
def test_an_answer_is_never_too_long(rows: list[dict[str, Any]], query: str) -> None:
    at = Page("abcdef01", MINUTE.end)
    assert len(Envelope(MINUTE, query, rows, len(rows), at, hint="Try again.").text()) <= MOST_CHARACTERS


async def test_all_rows_come_once_page_by_page() -> None:
    store = DuckStore()
    for number in range(300):
        store.log(f"Line {number} {'x' * 300}", "order", number / 10)
    server, bodies, cursor = server_of(source_of(store)), [], None
    while True:
        arguments: dict[str, Any] = {"cursor": cursor} if cursor else {}
        text, _ = await said(server, "search_logs", limit=100, start="-60s", **arguments)
        found = await answer(server, "search_logs", limit=100, start="-60s", **arguments)
        assert len(text) <= MOST_CHARACTERS
        bodies += [row["body"].split()[1] for row in found["rows"]]
        if not (cursor := found["next_cursor"]):
            break
    assert bodies == [str(number) for number in reversed(range(300))]


async def test_the_next_page_is_of_the_same_window_however_late_it_is_asked_for() -> None:
    store = DuckStore()
    for second in range(20):
        store.log(f"Line {second}", "order", second)
    later = server_of(source_of(store, clock=iter([MINUTE.end, *[MINUTE.end + timedelta(seconds=50)] * 9]).__next__))
    first = await answer(later, "search_logs", start="-60s", limit=5)
    following = await answer(later, "search_logs", start="-60s", limit=5, cursor=first["next_cursor"])
    assert following["window"] == first["window"]
    assert following["rows"][0]["body"] == "Line 14"


def test_a_cursor_belongs_to_its_question() -> None:
    first = page({"service": "order"}, None, MINUTE.end)
    cursor = first.after(10)
    assert page({"service": "order"}, cursor, MINUTE.end) == Page(first.question, MINUTE.end, 10)
    with pytest.raises(WrongUseError, match="another question"):
        page({"service": "payment"}, cursor, MINUTE.end)


def test_paging_ends_somewhere() -> None:
    assert Page("abcdef01", MINUTE.end).after(2_000) is None


def test_what_steers_a_terminal_is_escaped_and_what_is_no_number_is_null() -> None:
    assert (
        as_json({"a": "\x1b[2J", "b": float("nan"), "c": 1 / 3, "d": 2.0})
        == '{"a":"\\u001b[2J","b":null,"c":0.33333,"d":2}'
    )
