from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from bench.chromium import NO_CHROMIUM, chromium, executable
from tests.browser.desk import Desk
from tests.stack.tools.npm import AXE
from tests.unit.loadgen.serving import serve

WITHIN_MS = 5_000
ANSWERS = ("Failed to load resource", "htmx: htmx:error: Failed to fetch")
"""What the console says of a page that answers with an error, or not at all."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; while it is open its event loop runs in this thread, where no other test's can."""
    if executable() is None:
        pytest.skip(NO_CHROMIUM)
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """The desk in front of a busy minute; its store can be away for a while."""
    found = Desk()
    with serve(found.app) as url:
        found.url = url
        yield found


@pytest.fixture(scope="session")
def axe() -> str:
    """The script that finds what somebody who cannot see, or uses no mouse, would stumble over."""
    if not AXE.is_current:
        pytest.skip(
            "axe is not there, and no page was tried for who cannot see it; get it: make stack-tools (with npm)"
        )
    return (AXE.folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window; at its end nothing may have been refused by the policy, nor have failed in a script."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WITHIN_MS)
    window = context.new_page()
    said: list[str] = []
    window.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: said.append(str(error)))
    yield window
    context.close()
    assert [text for text in said if not text.startswith(ANSWERS)] == []
