"""The course's pages: a query of each step, what was typed in its place, and the answer."""

import re
import shlex
from dataclasses import replace
from html import unescape

import httpx
import pytest

from tests.unit.desk.conftest import visit
from tests.unit.desk.test_pages import text
from whodunit.desk.queries.course import STEPS
from whodunit.desk.source import Source
from whodunit.telemetry.languages import Row
from whodunit.telemetry.port import RefusedQueryError
from whodunit.telemetry.questions import Window

pytestmark = pytest.mark.anyio


def prometheus(asked: str, window: Window | None = None, step_s: float | None = None) -> list[Row]:
    """Two series, with a step two values of each; refuses a range over time, as Prometheus does."""
    if asked.endswith("]"):
        if step_s:
            raise RefusedQueryError("invalid expression type")
        return [{"service_name": "order", "value": [[1, "2"], [2, "3"]]}]
    values = [("order", "1.5"), ("payment", "NaN")]
    if not step_s:
        return [{"service_name": name, "value": value} for name, value in values]
    moments = ["2026-11-21T12:00:00+00:00", "2026-11-21T12:00:15+00:00"]
    return [{"service_name": name, "step": at, "value": value} for name, value in values for at in moments]


@pytest.fixture
def stack(shop: Source) -> Source:
    return replace(shop, languages=lambda: {"promql": prometheus})


async def test_all_steps_are_listed_in_their_order(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/queries?last=5m")).text
    assert re.findall(r'href="\./queries/([a-z-]+)\?last=5m"', page) == list(STEPS)


async def test_a_step_is_drawn_and_leads_on(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/queries/rate?last=1m")).text
    assert 'data-plot="' in page
    assert "PromQL (to read) SQL" in text(page)
    assert 'href="../queries/counter?last=1m" rel="prev"' in page
    assert 'href="../queries/aggregation?last=1m" rel="next"' in page
    command = unescape(re.search(r'data-copy="([^"]+)"', page)[1])  # type: ignore[index]
    assert shlex.split(command)[:2] == ["whodunit", "sql"]
    assert "timestamp '2026-11-21 12:00:00.000'" in shlex.split(command)[2]


async def test_a_language_that_nobody_speaks_is_shown_with_the_reason(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/queries/structure?language=traceql")).text
    assert "} >> { status = error }" in unescape(page)
    assert "which the shop does not have" in text(page)
    assert "<textarea" not in page


async def test_what_is_typed_takes_the_querys_place(browser: httpx.AsyncClient) -> None:
    page = (
        await browser.get("/queries/counter", params={"text": "select 0.1234567::double as share, [1] as list"})
    ).text
    assert "share list 0.123457 [1]" in text(page)
    assert "select 0.1234567::double as share, [1] as list</textarea>" in page
    assert "As the course has it" in page


async def test_a_refused_query_stays_to_be_corrected(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/queries/counter", params={"text": "select colour from spans"})
    assert page.status_code == 200
    assert "The query is refused." in page.text
    assert 'Referenced column "colour" not found' in text(page.text)
    assert "select colour from spans</textarea>" in page.text


async def test_a_long_answer_is_cut_and_says_so(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/queries/counter", params={"text": "select repeat('x', 999) from range(250)"})).text
    assert page.count("<tr><td") == 100
    assert "and 150 more" in page
    assert "x" * 301 not in page


async def test_an_answer_without_rows_says_what_to_try(browser: httpx.AsyncClient) -> None:
    page = text((await browser.get("/queries/counter", params={"text": "from spans limit 0"})).text)
    assert "No rows in the last 15m." in page


async def test_a_trace_is_a_link(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/queries/log-search")).text
    assert re.search(r'href="\.\./traces/c0ffee[0-9a-f]{26}">c0ffee', page)


async def test_promql_is_shown_as_of_the_end_and_drawn_over_the_window(stack: Source) -> None:
    async with visit(stack) as browser:
        page = (await browser.get("/queries/aggregation")).text
    assert '"label": "order"' in unescape(page)
    assert "2 rows service_name value order 1.5 payment NaN" in text(page)
    assert "whodunit sql" not in page


async def test_a_range_is_not_drawn(stack: Source) -> None:
    async with visit(stack) as browser:
        page = (await browser.get("/queries/rate", params={"text": "x[1m]"})).text
    assert 'data-plot="' not in page
    assert "[[1, " in unescape(page)


async def test_where_nobody_can_be_asked_an_expression_has_words_alone(shop: Source) -> None:
    async with visit(replace(shop, languages=dict)) as browser:
        page = text((await browser.get("/queries/explain")).text)
    assert "There is nobody to evaluate it." in page
    assert "The growth of each counter per second" in page


async def test_an_expression_has_its_numbers(browser: httpx.AsyncClient) -> None:
    asked = {"last": "1m", "text": "sum by (shop_outcome) (increase(shop_order_results_total[1m]))"}
    page = text((await browser.get("/queries/explain", params=asked)).text)
    assert re.search(r"one is left of each group\. 2 series shop_outcome value completed \d{3} failed \d+", page)
    assert '2 series , all with service_name="order"' in page


@pytest.mark.parametrize(
    ("path", "refresh_s"),
    [
        ("/queries", 0),
        ("/queries/explain", 0),
        ("/queries/counter?text=from logs", 0),
        ("/queries/counter", 10),
    ],
)
async def test_only_the_courses_own_queries_are_asked_again_by_themselves(
    browser: httpx.AsyncClient, path: str, refresh_s: int
) -> None:
    assert f'<body data-live="{refresh_s}">' in (await browser.get(path)).text
