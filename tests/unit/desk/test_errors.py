"""What does not work is said in words, with what to do; what is empty says what to try."""

import httpx
import pytest

from tests.unit.desk.conftest import visit
from tests.unit.desk.shop import TRACE, no_lab, now, source
from tests.unit.desk.test_pages import text
from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.desk.source import Source
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.telemetry.store.client import StoreClient

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "/metrics?name=shop.payment.duratio",
            "There is no metric shop.payment.duratio. Did you mean: shop.payment.dur",
        ),
        ("/metrics?name=shop.order.results&stat=mean", "it has no mean. It has: rate, increase"),
        ("/metrics?name=shop.order.results&by=colour", "has no attribute colour. It has: service, service.version"),
        ("/metrics?name=shop.payment.duration&p=200", "p=200 is no percentile. Such as 50, 95 or 99.9"),
        ("/metrics?name=shop.order.results&as=heatmap", "shop.order.results is no histogram, so it has no heatmap."),
        ("/metrics?name=shop.payment.duration&as=heatmap&by=service", "A heatmap has no lines to tell apart."),
        ("/metrics?name=shop.payment.duration&as=cake", "There is no as 'cake'. There are: lines, heatmap"),
        ("/traces?min=soon", "min: 'soon' is not a duration"),
        ("/traces?status=bad", "There is no status 'bad'. There are: error, ok, unset"),
        ("/traces?limit=0", "limit=0 is no number from 1 to 500."),
        (f"/traces?limit={'9' * 5000}", f"limit={'9' * 40}… is no whole number."),
        ("/traces?where=x", "where=x: there is no value. Write where=key=value"),
        ("/traces/compare", "Two traces are compared, a and b. Open one, and choose another"),
        (f"/traces/compare?a={TRACE}&b=abcdef0123", "There is no trace abcdef0123."),
        ("/traces/compare?before=yesterday", "'yesterday' is no window. Write a window like"),
        ("/traces/abc", "'abc' is too short: a trace id needs 6 digits or more."),
        ("/traces/abcdef0123", "There is no trace abcdef0123."),
        ("/logs?severity=loud", "There is no severity loud. There are: trace, debug, info, warn, error, fatal"),
        ("/logs?as=cake", "There is no as 'cake'. There are: lines, patterns, tail"),
        ("/panels/payroll", "There is no board payroll. There are: checkout, login, service, volume"),
        ("/panels/checkout/99", "Checkout has no panel 99."),
        ("/panels/service?service=till", "There is no service 'till'. There are: frontend, order"),
        ("/queries/payroll", "There is no step payroll. There are: counter, rate"),
        ("/queries/rate?language=cobol", "There is no language 'cobol'. There are: promql, sql"),
        ("/queries/explain?text=rate(", "This is no PromQL:"),
        ("/queries/explain?text=1", "1 stands for itself. Give an expression with a metric in it."),
        (f"/queries/explain?text={'-' * 60}x", "The expression is nested too deeply."),
        (f"/queries/rate?text={'x' * 5000}", "The query has 5000 characters. Ask in 4000 at most."),
        ("/?last=soon", "last: 'soon' is not a duration"),
        ("/?last=90d", "last=90d is not between nothing and four weeks."),
        ("/?until=2026-11-21T12:00:00Z", "until needs from."),
        ("/?from=noon", "'noon' is not a moment."),
        ("/?from=2026-11-21T12:00:00Z&until=2026-11-21T11:00:00Z", "until is not after from"),
    ],
)
async def test_wrong_use_is_said_with_what_would_be_right(browser: httpx.AsyncClient, path: str, said: str) -> None:
    page = await browser.get(path)
    assert page.status_code == 422
    assert said in text(page.text)


async def test_what_would_take_the_lab_too_long_is_refused_with_a_way() -> None:
    store = DuckStore()
    for number in range(20_001):
        store.log("again", "order", number / 1_000)
    async with visit(source(store)) as browser:
        page = text((await browser.get("/logs?as=patterns")).text)
    assert "20,001 lines are too many for patterns; up to 20,000 are read. Choose a shorter time" in page


async def test_a_recording_has_no_tail() -> None:
    async with visit(Source(StoreTelemetry(DuckStore()), no_lab, recorded=MINUTE)) as browser:
        page = text((await browser.get("/logs?as=tail")).text)
    assert "No line comes in a recording. See those that it has: as=lines." in page


async def test_an_unknown_page(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/traces/c0ffee00/00/more")
    assert (page.status_code, "There is no such page." in page.text) == (404, True)


@pytest.mark.parametrize("path", ["/", "/metrics", "/traces", "/traces/c0ffee00", "/logs", "/panels/checkout/0"])
async def test_a_store_that_is_away_is_said_and_asked_again(path: str) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    client = StoreClient("http://store", httpx.MockTransport(refuse))
    async with visit(Source(StoreTelemetry(client), no_lab, clock=now)) as browser:
        page = await browser.get(path)
    assert page.status_code == 503
    assert "The store at http://store does not answer: refused Is the shop up?" in text(page.text)
    assert 'hx-trigger="desk-tick from:body"' in page.text


async def test_what_failed_is_asked_again_with_all_that_was_asked(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/traces?service=order&min=soon")).text
    assert 'hx-get="./traces?service=order&amp;min=soon"' in page


@pytest.mark.parametrize("path", ["/", "/metrics", "/traces", "/logs"])
async def test_an_empty_store_says_what_to_do(path: str) -> None:
    async with visit(source(DuckStore())) as browser:
        page = await browser.get(path)
    assert page.status_code == 200
    assert "Nothing has reported yet: open the shop ( whodunit up )" in text(page.text)


@pytest.mark.parametrize("path", ["/traces?name=nothing", "/logs?contains=nothing"])
async def test_a_search_without_result_says_what_to_try(shop: Source, path: str) -> None:
    async with visit(shop) as browser:
        assert "in the last 15m. Look further back, loosen a condition" in text((await browser.get(path)).text)
    async with visit(Source(shop.telemetry, no_lab, MINUTE, "A bad day")) as browser:
        assert "in the recording. The recording covers 12:00:00 to 12:01:00" in text((await browser.get(path)).text)


async def test_a_board_without_data_says_so() -> None:
    async with visit(source(DuckStore())) as browser:
        assert "No points in the last 15m." in text((await browser.get("/panels/checkout/0")).text)


async def test_the_token_of_the_leader_is_kept_out_of_the_reach_of_scripts(browser: httpx.AsyncClient) -> None:
    assert "The leader's token" in text((await browser.get("/token")).text)
    answer = await browser.post("/token", data={"token": "s3cret"})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    assert answer.headers["set-cookie"] == "whodunit-token=s3cret; HttpOnly; Path=/; SameSite=strict"
