"""What senders write does nothing in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.unit.desk.shop import source
from tests.unit.desk.test_safety import ALERT, SHOT, TRACE, hostile
from tests.unit.loadgen.serving import serve
from whodunit.desk.app import create_app

pytestmark = pytest.mark.process

PAGES = (
    "/",
    "/metrics",
    "/metrics?name=shop.order.results&by=shop.outcome",
    "/traces",
    "/logs",
    "/panels/checkout",
    "/queries/log-search",
    "/queries/counter",
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve(create_app(source(hostile(), ALERT))) as found:
        yield found


@pytest.fixture
def fired(page: Page) -> list[str]:
    """What an attack would have done: opened a dialog, or fetched from elsewhere."""
    found: list[str] = []
    page.on("dialog", lambda dialog: found.append(dialog.message))
    page.on("request", lambda request: found.append(request.url) if "127.0.0.1" not in request.url else None)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_it_as_text(page: Page, fired: list[str], url: str, path: str) -> None:
    page.goto(url + path)
    page.wait_for_load_state("networkidle")
    assert fired == []
    assert page.locator("img[src=x]").count() == 0


def test_so_do_a_trace_and_its_spans(page: Page, fired: list[str], url: str) -> None:
    page.goto(f"{url}/traces/{TRACE}?all=yes")
    for summary in page.locator(".fall summary").all():
        summary.click()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".fall .inside").first).to_contain_text(SHOT[:20])
    assert fired == []
    assert page.locator("img[src=x]").count() == 0
