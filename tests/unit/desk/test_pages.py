"""Each page answers what it is for, and says with which query and command."""

import json
import re
import shlex
from html import unescape

import httpx
import pytest
from typer.testing import CliRunner

from tests.unit.desk.conftest import visit
from tests.unit.desk.shop import BOUNDS, TRACE, source
from tests.unit.telemetry.duck_store import DuckStore
from whodunit.entry.cli import build

pytestmark = pytest.mark.anyio

PAGES = (
    "/",
    "/metrics",
    "/metrics?name=http.server.request.duration&by=service&second=shop.order.results",
    "/metrics?name=http.server.request.duration&as=heatmap",
    "/traces",
    f"/traces/{TRACE}",
    f"/traces/compare?a={TRACE}&b={TRACE}",
    "/traces/compare?before=-5m..-1m",
    "/logs",
    "/logs?as=patterns",
    "/logs?as=tail",
    "/panels",
    "/panels/service?service=payment",
)


def text(page: str) -> str:
    """What a person reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


async def test_health_names_what_is_wrong_and_where(browser: httpx.AsyncClient) -> None:
    page = text((await browser.get("/")).text)
    assert "1 alert fires firing OrdersStuckInProcessing since 12:00:35 , for 25.0s · order Orders do not end." in page
    assert "docs/runbooks/OrdersStuckInProcessing.md" in page
    assert "Deployed: order 1.1 at 12:00:30" in page


async def test_health_has_figures_for_each_service(browser: httpx.AsyncClient) -> None:
    page = text((await browser.get("/")).text)
    assert re.search(r"payment 3\.4 23\.5 % 8\.\d+s slowest · failed · complaints", page), page


async def test_a_metric_has_its_numbers_beside_the_plot(browser: httpx.AsyncClient) -> None:
    page = text((await browser.get("/metrics?name=shop.payment.duration&stat=percentile&p=50")).text)
    assert "p50 seconds" in page
    assert re.search(r"All numbers from all 11:46:00 - ", page)
    assert "whodunit metrics shop.payment.duration --p 50" in page


async def test_exemplars_lead_to_traces(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/metrics?name=http.server.request.duration")).text
    assert f'href="./traces/{TRACE}000000000000000000000000"' in page


async def test_what_the_browser_draws_is_json_whatever_senders_measured() -> None:
    store = DuckStore()
    told = [{"trace_id": TRACE, "value": value} for value in ("NaN", "Infinity", 0.5)]
    store.histogram("shop.payment.duration", "payment", 30, [1, 1, 1], BOUNDS[:2], exemplars=told)
    async with visit(source(store)) as browser:
        page = (await browser.get("/metrics?name=shop.payment.duration")).text
    drawn = re.search(r'data-plot="([^"]+)"', page)[1]  # type: ignore[index]
    found = json.loads(unescape(drawn), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [dot["value"] for dot in found["dots"]] == [0.5]


async def test_a_histogram_is_a_heatmap_with_its_numbers_and_traces(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/metrics?name=http.server.request.duration&service=order&as=heatmap&last=1m")).text
    assert "<title>18 × 0s to 250ms</title>" in page
    assert "<title>8 × 5.00s to 10.0s</title>" in page
    assert f'<a href="./traces/{TRACE}000000000000000000000000?last=1m" tabindex="-1"' in page
    assert "All numbers from 0s to 250ms 250ms to 500ms" in text(page)


async def test_traces_are_dots_and_rows(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/traces?status=error&min=1s")).text
    count = int(re.search(r"(\d+) traces?</h2>", page)[1])  # type: ignore[index]
    assert count == page.count("M-4-4L4 4M4-4L-4 4") == page.count("<tr><td>") > 0
    assert "whodunit traces --min 1s --status error --last 15m --limit 100" in page


async def test_a_trace_shows_own_time_errors_and_log_lines_in_place(browser: httpx.AsyncClient) -> None:
    failed = (await browser.get("/traces?status=error&min=5s")).text
    trace_id = re.search(r'href="./traces/([0-9a-f]{32})"', failed)[1]  # type: ignore[index]
    page = (await browser.get(f"/traces/{trace_id}")).text
    words = text(page)
    assert "failed: waited for: POST /payments" in words
    assert "ERROR payment Database connection timeout during payment gateway authentication." in words
    assert 'class="own failed"' in page
    assert f"whodunit trace {trace_id[:8]} --logs" in words


async def test_two_traces_stand_side_by_side(browser: httpx.AsyncClient) -> None:
    failed = (await browser.get("/traces?status=error&min=5s&with=c0ffee00")).text
    way = re.search(r'href="(\./traces/compare\?a=c0ffee00&amp;b=[0-9a-f]{32})"', failed)[1]  # type: ignore[index]
    words = text((await browser.get(unescape(way))).text)
    assert re.search(r"the second is \d\.\d+s longer", words)
    assert re.search(r"payment connect 1 → 3 1\.00ms 8\.00s failed \+8\.00s \+8\.00s", words), words
    assert re.search(r"whodunit trace c0ffee00 --compare [0-9a-f]{8}", words)


async def test_two_times_stand_side_by_side(browser: httpx.AsyncClient) -> None:
    before, after = "2026-11-21T12:00:00Z..2026-11-21T12:00:30Z", "from=2026-11-21T12:00:30Z&until=2026-11-21T12:01:00Z"
    words = text((await browser.get(f"/traces/compare?before={before}&service=payment&{after}")).text)
    assert re.search(r"order → payment POST /payments 0\.5 0 % → 60\.0 % 470ms → 9\.25s", words), words
    assert f"whodunit traces --compare {before} --service payment" in words


async def test_a_span_tells_all_it_knows(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/traces/{TRACE}")).text
    path = re.search(r'hx-get="\.\./(traces/[0-9a-f]+/[0-9a-f]+)"', page)[1]  # type: ignore[index]
    words = text((await browser.get(f"/{path}")).text)
    assert "kind, status server, unset" in words


async def test_lines_are_folded_to_patterns_that_lead_to_them(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/logs?as=patterns&service=order&last=1m")).text
    words = text(page)
    assert re.search(r"2 patterns of \d+ lines", words), words
    [way, count] = re.search(r'<td class="number"><a href="([^"]*)">(\d+)</a>', page).groups()  # type: ignore[union-attr]
    assert "contains=Order+completed." in way
    assert f"{count} lines" in text((await browser.get(unescape(way))).text)
    assert "whodunit logs --service order --last 1m --patterns --limit 200" in words


@pytest.mark.parametrize("path", ["/logs?as=patterns", "/traces/compare?before=-5m..-1m"])
async def test_what_costs_much_is_not_asked_again_by_itself(browser: httpx.AsyncClient, path: str) -> None:
    page = (await browser.get(path)).text
    assert 'data-live="0"' in page
    assert re.search(r'id="pause"[^>]* hidden>', page)


async def test_the_newest_lines_are_shown_as_they_come(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/logs?as=tail&severity=error")).text
    assert 'data-live="2"' in page
    assert "whodunit logs --severity error --follow" in text(page)
    keys = re.findall(r'<tr id="(l[0-9a-f]{8})">', page)
    assert len(keys) == len(set(keys)) > 0


async def test_logs_are_counted_by_severity_and_lead_to_their_trace(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/logs?severity=warn&service=payment")).text
    assert re.search(r"ERROR \d+", text(page))
    assert 'class="ERROR"' in page
    assert re.search(r'href="./traces/c0ffee[0-9a-f]+"', page)
    assert "whodunit logs --service payment --severity warn --last 15m --limit 200" in text(page)


async def test_a_board_asks_for_its_panels_one_by_one(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/panels/checkout")).text
    pieces = re.findall(r'hx-get="\.\./(panels/checkout/\d+)"', page)
    assert len(pieces) == 11
    panel = text((await browser.get(f"/{pieces[0]}")).text)
    assert panel.startswith("Orders that ended events per second, stacked How many orders come to an end")
    assert "whodunit metrics shop.order.results --rate --by shop.outcome" in panel


async def test_a_selection_stays_in_every_address(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/traces?last=5m&service=payment")).text
    assert 'href="./logs?last=5m"' in page
    assert 'href="./traces?service=payment&amp;last=1h"' in page
    assert 'hx-get="./traces?last=5m&amp;service=payment"' in page


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_its_command_which_can_be_typed(browser: httpx.AsyncClient, path: str) -> None:
    page = (await browser.get(path)).text
    command = unescape(re.search(r'data-copy="([^"]+)"', page)[1])  # type: ignore[index]
    words = shlex.split(command)[1:]
    result = CliRunner().invoke(build(words), [*words, "--help"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("/panels")])
async def test_a_page_says_its_query(browser: httpx.AsyncClient, path: str) -> None:
    page = text((await browser.get(path)).text)
    assert re.search(r"The query behind it .*select", page, re.IGNORECASE)
