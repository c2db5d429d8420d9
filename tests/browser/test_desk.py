"""The desk with mouse, keys and eyes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, violations

pytestmark = pytest.mark.process

PAGES = (
    "/",
    "/metrics",
    "/metrics?name=shop.payment.duration&by=shop.outcome&second=shop.order.results&last=1m",
    "/metrics?name=http.server.request.duration&as=heatmap&last=1m",
    "/traces?last=1m",
    "/traces/c0ffee00",
    "/traces/compare?a=c0ffee00&b=c0ffee1d",
    "/traces/compare?before=2026-11-21T12:00:00Z..2026-11-21T12:00:30Z&last=30s",
    "/logs?last=1m",
    "/logs?as=patterns&last=1m",
    "/logs?as=tail",
    "/panels/checkout?last=1m",
    "/panels/service?service=payment&last=1m",
    "/cases",
    "/cases/checkout-hangs/held",
    "/cases/checkout-hangs/held?show=runs",
    "/cases/checkout-hangs/held?show=walkthrough",
    "/cases/run",
    "/cases/matrix",
    "/queries",
    "/queries/rate?last=1m",
    "/queries/log-search?last=1m",
    "/queries/rate?language=promql",
    "/queries/explain?last=1m",
    "/traces?min=never",
)
PHONE = {"width": 390, "height": 844}


def settled(page: Page) -> None:
    """Until all that a page asks for by itself has come."""
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, desk: Desk, axe: str, path: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(desk.url + path)
    settled(page)
    assert violations(page, axe) == {}
    page.emulate_media(color_scheme="dark")
    assert violations(page, axe, runOnly=["color-contrast"]) == {}, "in the dark, where nothing but colours is another"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(page: Page, desk: Desk, path: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(desk.url + path)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def type_size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def test_a_projector_shows_large_type_and_no_field_for_a_secret(page: Page, desk: Desk, axe: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{desk.url}/?last=1m")
    usual = type_size(page)
    page.keyboard.press("b")
    for path in ("/metrics?name=shop.payment.duration&last=1m", "/traces/c0ffee00", "/token"):
        page.goto(desk.url + path)
        settled(page)
        assert type_size(page) == 1.5 * usual
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
        shown = page.locator("[type=password], .behind").evaluate_all(
            "all => all.filter(each => each.checkVisibility())"
        )
        assert shown == [], path
        assert violations(page, axe) == {}, path
    page.get_by_role("button", name="Projector").click()
    expect(page.locator("[type=password]")).to_be_visible()
    assert type_size(page) == usual


def test_a_plot_grows_with_the_type_and_another_tab_stays_as_it_was(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/metrics?name=shop.payment.duration&last=1m")
    plot = page.locator(".plot-area .uplot")
    before = plot.bounding_box()
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Projector")).to_have_attribute("aria-pressed", "true")
    after = plot.bounding_box()
    assert before
    assert after
    assert after["height"] == 1.5 * before["height"]
    other = page.context.new_page()
    other.goto(desk.url)
    expect(other.get_by_role("button", name="Projector")).to_have_attribute("aria-pressed", "false")


def test_from_an_alert_to_a_trace_to_a_log_line_with_the_mouse(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/?last=1m")
    page.get_by_role("link", name="order", exact=True).first.click()
    page.get_by_role("heading", name="Service order").wait_for()
    page.get_by_role("link", name="Traces").click()
    page.get_by_label("Status").select_option("error")
    page.get_by_role("button", name="Search").click()
    page.locator(".dots a").last.click()
    page.get_by_role("heading", name="Trace").wait_for()
    page.get_by_text("Database connection timeout during payment gateway authentication.").first.wait_for()
    page.locator(".facts a").first.click()
    expect(page.locator(".lines tbody tr")).not_to_have_count(0)
    assert "trace=c0ffee" in page.url
    assert "last=1m" in page.url


def test_a_span_is_opened(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces/c0ffee00")
    page.locator(".fall summary").first.click()
    expect(page.locator(".fall .inside").first).to_contain_text("kind, status")


def test_plots_are_drawn_and_told(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/metrics?name=shop.payment.duration&last=1m")
    expect(page.locator(".plot-area canvas")).to_have_count(1)
    page.locator(".plot-area").hover()
    expect(page.locator(".tip")).to_contain_text("all")


def test_a_part_of_a_plot_is_looked_at(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/metrics?name=shop.payment.duration&last=1m")
    page.locator(".plot-area canvas").wait_for()
    box = page.locator(".u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 60, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=*")
    expect(page.locator(".last .chosen")).to_be_visible()


def test_two_times_are_chosen_by_dragging(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces?last=1m")
    box = page.locator("svg.dots[data-from]").bounding_box()
    assert box
    for began, ended in ((0.1, 0.4), (0.6, 0.9)):
        page.mouse.move(box["x"] + began * box["width"], box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + ended * box["width"], box["y"] + 80, steps=4)
        page.mouse.up()
        if began < 0.5:
            expect(page.locator("#chosen")).to_contain_text("Drag over the time after")
    page.get_by_role("heading", name="Before and after").wait_for()
    expect(page.locator("tbody tr")).not_to_have_count(0)


def test_a_drag_that_ends_elsewhere_is_over(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces?last=1m")
    dots = page.locator("svg.dots[data-from]")
    box = dots.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] + 60, steps=4)
    page.mouse.up()
    expect(page.locator("#chosen")).to_contain_text("Drag over the time after")
    dots.locator("a").first.click()
    page.wait_for_url("**/traces/c0ffee*")


def test_a_finger_that_scrolls_over_the_dots_chooses_nothing(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces?last=1m")
    dots = page.locator("svg.dots[data-from]")
    dots.dispatch_event("pointerdown", {"clientX": 300, "pointerId": 7, "bubbles": True})
    dots.dispatch_event("pointercancel", {"pointerId": 7, "bubbles": True})
    dots.dispatch_event("pointermove", {"clientX": 500, "pointerId": 7, "bubbles": True})
    assert dots.locator(".chosen").count() == 0


def test_a_trace_is_chosen_to_stand_beside_another(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces/c0ffee00?last=1m")
    page.get_by_role("link", name="compare with another trace").click()
    page.locator(".dots a").last.click()
    page.get_by_role("heading", name="Traces c0ffee00 and").wait_for()
    expect(page.locator(".pair tbody tr")).not_to_have_count(0)


def test_a_dot_on_a_plot_leads_to_its_trace(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/metrics?name=http.server.request.duration&last=1m")
    page.locator(".plot-dots a").first.click()
    page.get_by_role("heading", name="Trace c0ffee00").wait_for()


def test_a_board_fills_itself(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/panels/checkout?last=1m")
    expect(page.locator(".panel .plot")).to_have_count(11)
    expect(page.locator(".panel canvas").first).to_be_visible()


def test_a_page_goes_on_by_itself_and_keeps_what_was_opened(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/logs?last=1m")
    page.locator(".behind summary").click()
    with page.expect_response("**/logs?last=1m"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('desk-tick'))")
    settled(page)
    expect(page.locator(".behind details")).to_have_attribute("open", "")
    expect(page.locator(".lines tbody tr")).not_to_have_count(0)


def test_the_tail_is_asked_again_every_two_seconds(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/logs?as=tail&service=payment")
    assert page.locator("body").get_attribute("data-live") == "2"
    newest = page.locator(".tail tbody tr").first.get_attribute("id")
    with page.expect_response("**/logs?as=tail*"):
        page.locator(".tail").hover()
    settled(page)
    expect(page.locator(f"#{newest}")).to_have_count(1)


def test_a_store_that_is_away_comes_back_by_itself(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/traces?last=1m")
    desk.store.is_away = True
    try:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('desk-tick'))")
        expect(page.get_by_role("alert")).to_contain_text("The store does not answer.")
    finally:
        desk.store.is_away = False
    page.evaluate("document.body.dispatchEvent(new CustomEvent('desk-tick'))")
    expect(page.locator(".dots a")).not_to_have_count(0)


def test_a_lab_that_is_gone_is_said(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/logs?last=1m")
    page.route("**/logs*", lambda route: route.abort())
    page.evaluate("document.body.dispatchEvent(new CustomEvent('desk-tick'))")
    expect(page.locator("#away")).to_contain_text("The lab does not answer.")
    page.unroute("**/logs*")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('desk-tick'))")
    expect(page.locator("#away")).to_be_hidden()


def test_a_query_is_changed_and_run(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/queries/rate?last=1m")
    expect(page.locator(".plot-area canvas")).to_have_count(1)
    page.get_by_label("SQL").last.fill("select service, count(*) as lines from logs group by all order by all")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="payment")).to_be_visible()
    page.get_by_label("SQL").last.fill("select colour from logs")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("colour")
    page.get_by_role("link", name="As the course has it").click()
    expect(page.locator(".plot-area canvas")).to_have_count(1)


def test_an_expression_is_taken_apart(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/queries?last=1m")
    page.get_by_label("PromQL").last.fill("sum by (shop_outcome) (rate(shop_order_results_total[1m]))")
    page.get_by_role("button", name="Explain").click()
    expect(page.locator(".stages > li")).to_have_count(4)
    expect(page.locator(".stages > li").last).to_contain_text("completed")


def test_keys_lead_everywhere(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/?last=1m")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.get_by_role("heading", name="Traces", exact=True).wait_for()
    settled(page)  # its modules have run, which listen to keys
    page.keyboard.press("/")
    expect(page.get_by_label("Service")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("j")
    expect(page.locator("tbody a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
