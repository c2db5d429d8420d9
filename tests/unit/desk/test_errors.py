"""What does not work is said in words, with what to do; what is empty says what to try."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.desk.conftest import visit
from tests.unit.desk.shop import TRACE, no_lab, now, source
from tests.unit.desk.test_pages import text
from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from tests.unit.telemetry.few_at_once import NewestAtOnce
from whodunit.desk.app import MOST_BYTES, MOST_BYTES_OF_FILES, MOST_FILES
from whodunit.desk.source import Source
from whodunit.mystery.handin import LARGEST_BYTES
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
        ("/queries/explain?text=(1%2B2)*3", "(1 + 2) * 3 stands for itself. Give an expression with a metric in it."),
        (f"/queries/explain?text=x*({'1*' * 1500}1)", "The expression is nested too deeply."),
        (f"/queries/explain?text={'-' * 60}x", "The expression is nested too deeply."),
        (f"/queries/explain?text=sum%28{' or '.join(['x'] * 21)}%29", "has 42 parts. Take one of 40 at most."),
        (f"/queries/rate?text={'x' * 5000}", "The query has 5000 characters. Ask in 4000 at most."),
        ("/?last=soon", "last: 'soon' is not a duration"),
        ("/?last=90d", "last=90d is not between nothing and four weeks."),
        ("/?until=2026-11-21T12:00:00Z", "until needs from."),
        ("/queries/explain?text=x[3000y]", "3000y is longer than 36500d. Take a shorter range or offset."),
        ("/queries/explain?text=sum(x offset -3000y)", "3000y is longer than 36500d."),
        ("/queries/explain?text=rate(x[1m] offset 3000y)", "3000y is longer than 36500d."),
        ("/traces?from=0001-01-01T00:00:00Z&until=0001-01-01T00:10:00Z", "is a moment that no telemetry is of."),
        ("/?last=99999999999d", "last: '99999999999d' is longer than 36500d"),
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


async def test_too_many_calls_to_compare_are_refused_where_nobody_counts_them() -> None:
    store = DuckStore()
    for number in range(20_001):
        store.span("GET /page", "frontend", number / 400, 0.1)
    async with visit(Source(NewestAtOnce(store, 10_000), no_lab, clock=now)) as browser:
        page = text((await browser.get("/traces/compare?before=-2m..-1m&last=1m")).text)
    assert "more than 20,000 spans, which are too many to be compared here. Choose shorter windows, or compare" in page


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
    assert "This shop asks for a token." in text((await browser.get("/token")).text)
    answer = await browser.post("/token", data={"token": "s3cret"})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    assert answer.headers["set-cookie"] == "whodunit-token=s3cret; HttpOnly; Path=/; SameSite=strict"


async def test_a_token_that_is_wrong_is_said_to_be(browser: httpx.AsyncClient) -> None:
    said = "The token that this browser gave is another one. Give it once more."
    assert said not in text((await browser.get("/token")).text)
    page = (await browser.get("/token?wrong=yes")).text
    assert said in text(page)
    assert 'data-live="0"' in page, "what is being typed would be lost"


@pytest.mark.parametrize("token", ["geheimnisträger", "\N{SNOWMAN}", "a\0b"])
async def test_a_token_that_no_cookie_can_hold_is_refused(browser: httpx.AsyncClient, token: str) -> None:
    answer = await browser.post("/token", data={"token": token})
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)
    assert "which a cookie cannot hold. Go back, and copy it as it was given to you." in text(answer.text)


@pytest.mark.parametrize("path", ["/token", "/class/hand-in"])
async def test_more_than_a_form_holds_is_not_taken(browser: httpx.AsyncClient, path: str) -> None:
    """A body of unknown length; without the bound it would be taken until its end, which is far away."""
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="token"; filename="t"\r\n\r\n'
        for _ in range(50):
            sent += 1
            yield bytes(MOST_BYTES)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await browser.post(path, content=body(), headers=headers)
    most = MOST_BYTES if path == "/token" else MOST_BYTES_OF_FILES
    assert answer.status_code == 413
    assert f"More than {most} bytes are not taken. Send less." in text(answer.text)
    assert sent == most // MOST_BYTES


async def test_a_file_that_is_too_long_is_not_read(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/class/hand-in", files=[("file", ("a.json", bytes(MOST_BYTES + 1)))])
    assert answer.status_code == 413
    assert f"More than {MOST_BYTES} bytes are not taken." in text(answer.text)


def test_as_many_hand_ins_as_are_taken_have_room() -> None:
    assert MOST_FILES * LARGEST_BYTES < MOST_BYTES_OF_FILES
