"""Whatever senders write stays text; a page loads nothing from elsewhere, and runs and styles nothing inline."""

import re
from pathlib import Path

import httpx
import pytest

from tests.unit.desk.conftest import visit
from tests.unit.desk.shop import source
from tests.unit.desk.test_pages import PAGES
from tests.unit.frontend.reading import Page
from tests.unit.telemetry.duck_store import DuckStore, at
from whodunit.telemetry.answers import Alert

pytestmark = pytest.mark.anyio

SHOT = """"'><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}\u202egnp.exe"""
TRACE = "f" * 32
STATIC = Path(__file__).parents[3] / "whodunit" / "desk" / "static"


def hostile() -> DuckStore:
    """Every text that a sender can choose is a shot."""
    store = DuckStore()
    event = {"name": SHOT, "time": SHOT, "attributes": {SHOT: SHOT, "exception.stacktrace": SHOT}}
    spans = {"trace_id": TRACE, "attributes": {SHOT: SHOT, "db.query.text": SHOT, "shop.x": SHOT}, "events": [event]}
    fields = spans | {"status": "error", "status_message": SHOT, "links": [{"trace_id": SHOT, "attributes": {}}]}
    root = store.span(SHOT, SHOT, 30, 2, kind="server", release=SHOT, **fields)
    peer = {"service.peer.name": SHOT}
    store.span(SHOT, SHOT, 30.1, 1, kind="client", parent_span_id=root, trace_id=TRACE, attributes=peer)
    store.span(SHOT, "order", 31, 1, kind="server", parent_span_id="0" * 16, trace_id=TRACE)
    logged = {SHOT: SHOT, "exception.type": SHOT, "exception.message": SHOT, "exception.stacktrace": SHOT}
    store.log(SHOT, SHOT, 31, "ERROR", trace_id=TRACE, span_id=root, attributes=logged)
    store.log(SHOT, SHOT, 31, "INFO", release="2.0")
    for name in (SHOT, "http.server.request.duration", "shop.order.results"):
        attributes = {SHOT: SHOT, "shop.outcome": SHOT}
        store.histogram(
            name, SHOT, 31, [1, 1], [1.0], attributes=attributes, exemplars=[{"trace_id": SHOT, "value": 1}]
        )
    store.gauge("process.thread.count", SHOT, 31, 1, release=SHOT)
    store.gauge("process.thread.count", SHOT, 50, 1, release="2.0")
    return store


ALERT = Alert(SHOT, "firing", {"service": SHOT}, at(30), SHOT, SHOT)
SHOTS = {"name": SHOT}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/", {}),
        ("/metrics", {}),
        ("/metrics", {"name": SHOT, "by": SHOT, "service": SHOT, "second": SHOT, "where": f"{SHOT}={SHOT}"}),
        ("/metrics", {"name": SHOT * 2}),
        ("/traces", {}),
        ("/traces", {"name": SHOT, "service": SHOT, "peer": SHOT, "where": f"{SHOT}={SHOT}", "min": SHOT}),
        (f"/traces/{TRACE}", {}),
        (f"/traces/{TRACE}", {"all": "yes"}),
        (f"/traces/{TRACE}/0000000000000001", {}),
        ("/traces/<script>alert(1)<", {}),
        ("/logs", {}),
        ("/logs", {"contains": SHOT, "service": SHOT, "trace": SHOT, "where": f"{SHOT}={SHOT}"}),
        ("/panels/checkout/0", {}),
        ("/queries/counter", {}),
        ("/queries/counter", {"text": "from logs"}),
        ("/queries/counter", {"text": SHOT}),
        ("/queries/counter", {"language": SHOT}),
        ("/queries/counter", {"text": 'select body as step, body as "<script>", trace_id from logs'}),
        ("/queries/<script>alert(1)<", {}),
        ("/queries/explain", {"text": SHOT}),
        ("/queries/explain", {"text": "sum by (shop_outcome) (rate(shop_order_results_total[1m]))"}),
        ("/queries/explain", {"text": 'up{a="<script>alert(1)</script>"}'}),
        ("/panels/service", {"service": SHOT}),
        ("/", {"last": SHOT}),
        ("/<script>", {}),
    ],
)
async def test_hostile_text_stays_text(path: str, asked: dict[str, str]) -> None:
    async with visit(source(hostile(), ALERT)) as browser:
        page = (await browser.get(path, params=asked)).text
    found = Page(page)
    scripts = [at for tag, at in found.tags if tag == "script"]
    assert all(at.get("src", "").startswith(("./static/", "../static/")) for at in scripts), scripts  # type: ignore[union-attr]
    assert [at for tag, at in found.tags if tag == "img" and at.get("src") == "x"] == []
    assert not [at for _, at in found.tags if any(name.startswith("on") or name == "style" for name in at)]
    assert "\u202e" not in page
    assert set(re.findall(r"alert\(2\)&lt;/script&gt;(.{4})", page)) <= {"{{7*"}, "it was read as a template"


async def test_the_shots_hit_their_marks() -> None:
    """Else nothing would have been tested."""
    async with visit(source(hostile(), ALERT)) as browser:
        for path in ("/", "/metrics", "/traces", f"/traces/{TRACE}", f"/traces/{TRACE}/0000000000000001", "/logs"):
            assert "&lt;script&gt;alert(2)" in (await browser.get(path)).text, path


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
async def test_a_page_loads_only_what_the_desk_has(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    page = Page(answer.text)
    addresses = [at.get(name) for _, at in page.tags for name in ("src", "href", "action", "hx-get") if at.get(name)]
    assert addresses
    assert [each for each in addresses if not (each or "").startswith(("./", "../", "#"))] == []
    assert not [at for _, at in page.tags if "style" in at or any(name.startswith("on") for name in at)]
    assert all(at.get("src") for tag, at in page.tags if tag == "script")
    assert not [tag for tag, _ in page.tags if tag == "style"]


async def test_nothing_can_be_changed(browser: httpx.AsyncClient) -> None:
    for path in PAGES:
        forms = [at.get("method") for tag, at in Page((await browser.get(path)).text).tags if tag == "form"]
        assert set(forms) <= {"get", "dialog"}
        assert (await browser.post(path)).status_code == 405


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_accessible_by_their_structure(browser: httpx.AsyncClient, path: str) -> None:
    page = Page((await browser.get(path)).text)
    names = [tag for tag, _ in page.tags]
    assert names.count("h1") == 1
    assert ("html", {"lang": "en"}) in page.tags
    assert {"header", "nav", "main", "footer"} <= set(names)
    assert all("alt" in at for tag, at in page.tags if tag == "img")
    ids = [at["id"] for _, at in page.tags if "id" in at]
    assert len(ids) == len(set(ids))


def test_every_module_of_the_browser_is_a_file_of_ours() -> None:
    for module in STATIC.glob("*.js"):
        imported = re.findall(r'from "(\./[^"]+)"', module.read_text(encoding="utf-8"))
        assert [each for each in imported if not (STATIC / each).is_file()] == []
        assert not re.search(r"innerHTML|eval\(|new Function|https?://", module.read_text(encoding="utf-8")), module


def test_a_class_means_one_thing() -> None:
    """Sections of the style sheet belong to pages: a name that two of them take styles the other's elements, too."""
    text = (STATIC / "desk.css").read_text(encoding="utf-8")
    names = re.findall(r"^\.([a-z-]+) \{", text, re.MULTILINE)
    assert sorted({name for name in names if names.count(name) > 1}) == []
