"""`make pictures`: the desk's pages as docs/desk/*.png, of a kept recording.

A recording has no mystery and no class: those two are of the tests' imaginary shop.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page
from starlette.applications import Starlette

from bench.chromium import NO_CHROMIUM, chromium, executable
from bench.shop import open_shop
from tests.browser.test_mystery import Game, begin, pin_one_of_each
from tests.unit.classroom.class_lab import OPENING, ClassLab
from tests.unit.desk.played import PlayedLab
from tests.unit.desk.shop import busy, source
from tests.unit.loadgen.serving import serve
from whodunit.classroom.schemas import Joining
from whodunit.desk import mount
from whodunit.desk.app import create_app
from whodunit.desk.source import Source
from whodunit.mystery.routes import routes

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
    "heatmap": "metrics?name=shop.payment.duration&as=heatmap",
    "patterns": "logs?as=patterns&severity=warn",
    "cases": "cases",
    "case": "cases/checkout-hangs",
    "matrix": "cases/matrix",
    "queries": "queries/percentile",
    "explain": "queries/explain",
}


@contextmanager
def replayed() -> Iterator[tuple[str, str]]:
    """The address of the desk of the recording, and a trace to look at."""
    with open_shop() as shop:
        shop.run("replay", str(RECORDING))
        yield shop.json("status")["desk"], shop.json("sql", SLOWEST)["rows"][0][0]


@contextmanager
def played() -> Iterator[Game]:
    """A mystery that can be played."""
    with TemporaryDirectory() as folder:
        lab = PlayedLab(Path(folder))
        with serve(Starlette(routes=[*mount.leading_to(create_app(lab.source)), *routes(lab.host)])) as url:
            yield Game(lab, url)


@contextmanager
def joined() -> Iterator[str]:
    """The address of a class that three have joined."""
    with TemporaryDirectory() as folder:
        lab = ClassLab(Path(folder))
        lab.leading.open(OPENING)
        for name in ("Ada", "Ben", "Cy"):
            lab.leading.join(Joining(code=lab.leading.led.code, name=name))
        with serve(create_app(Source(source(busy()).telemetry, lab.client))) as url:
            yield f"{url}/class"


def main() -> None:
    """Take all pictures."""
    if executable() is None:
        raise SystemExit(NO_CHROMIUM)
    FOLDER.mkdir(exist_ok=True)
    with replayed() as (url, trace), chromium() as browser:
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        for name, path in PAGES.items():
            take(page, url + path.format(trace=trace), FOLDER / f"{name}.png")
    with played() as game, joined() as wall, chromium() as browser:
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
        begin(page, game)
        pin_one_of_each(page, game)
        take(page, f"{game.url}/mystery", FOLDER / "mystery.png")
        take(page, wall, FOLDER / "class.png")


def take(page: Page, url: str, file: Path) -> None:
    """One picture, once the page has all that it asks for."""
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)


if __name__ == "__main__":
    main()
