"""`make pictures`: the desk's pages as docs/desk/*.png, of a kept recording."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from bench.chromium import ABSENT, chromium, executable
from bench.shop import open_shop

ROOT = Path(__file__).parents[1]
RECORDING = ROOT / "recordings" / "checkout-hangs-held"
FOLDER = ROOT / "docs" / "desk"
WINDOW = {"width": 1100, "height": 660}
SLOWEST = "select trace_id from spans where service = 'payment' and status = 'error' order by duration_s desc limit 1"
PAGES = {
    "health": "",
    "metrics": "metrics?name=shop.payment.duration&by=shop.outcome&second=db.client.connection.pending_requests",
    "traces": "traces?service=payment&sort=slowest",
    "trace": "traces/{trace}",
    "logs": "logs?severity=warn",
    "panels": "panels/checkout",
}


@contextmanager
def replayed() -> Iterator[tuple[str, str]]:
    """The address of the desk of the recording, and a trace to look at."""
    with open_shop() as shop:
        shop.run("replay", str(RECORDING))
        yield shop.json("status")["desk"], shop.json("sql", SLOWEST)["rows"][0][0]


def main() -> None:
    """Take all pictures."""
    if executable() is None:
        raise SystemExit(ABSENT)
    FOLDER.mkdir(exist_ok=True)
    with replayed() as (url, trace), chromium() as browser:
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        for name, path in PAGES.items():
            take(page, url + path.format(trace=trace), FOLDER / f"{name}.png")


def take(page: Page, url: str, file: Path) -> None:
    """One picture, once the page has all that it asks for."""
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
