"""One Chromium that all visitors with a browser share, driven by Playwright, and how much memory it may use.

Playwright speaks asyncio. Its event loop runs in a greenlet: gevent's selector lets all others run meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import gevent
import psutil
from playwright.async_api import Browser, Page, Playwright, async_playwright

from loadgen.browser_fares import BrowserFares
from loadgen.telemetry import LOGGER

ARGUMENTS = (
    *("--disable-gpu", "--disable-dev-shm-usage"),
    *("--renderer-process-limit=2", "--js-flags=--max-old-space-size=128"),
)
"""Two pages are open at most, and none of them needs more."""

HEADERS = {"baggage": "synthetic=true"}
OPENS_WITHIN_S = 60.0
CLOSES_WITHIN_S = 5.0
LOOKED_AT_EVERY_S = 2.0
MB = 1 << 20

Visit = Callable[[Page], Coroutine[Any, Any, None]]

logger = logging.getLogger(LOGGER)


class SharedBrowser:
    """Begins to open at once. One that has died is not opened again: whoever comes then is told so by Playwright."""

    def __init__(self, executable: str, memory_mb: int, fares: BrowserFares) -> None:
        """It is ended when it uses more than `memory_mb`, as a container's limit does."""
        self._fares = fares
        fares.most_memory = memory_mb * MB
        self._loop = asyncio.new_event_loop()
        self._is_wanted = True
        self._running = gevent.spawn(self._loop.run_forever)
        self._opened = asyncio.run_coroutine_threadsafe(self._open(executable), self._loop)
        self._watching = gevent.spawn(self._keep_within)

    def visit(self, visit: Visit, within_s: float) -> None:
        """Make a visit in a context of its own, which ends with it; raises what Playwright does, or `TimeoutError`."""
        try:
            _, browser = self._opened.result(OPENS_WITHIN_S)
            self._do(_visit(browser, visit), within_s)
        except Exception:
            self._fares.visit(failed=True)
            raise
        self._fares.visit(failed=False)

    def close(self) -> None:
        """Close it, dead or alive."""
        self._watching.kill()
        self._is_wanted = False
        with suppress(Exception):
            self._do(_close(*self._opened.result(CLOSES_WITHIN_S)), CLOSES_WITHIN_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._running.join(CLOSES_WITHIN_S)

    def _do(self, work: Coroutine[Any, Any, None], within_s: float) -> None:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            future.result(within_s)
        finally:
            future.cancel()

    async def _open(self, executable: str) -> tuple[Playwright, Browser]:
        playwright = await async_playwright().start()
        browser = await playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS])
        self._fares.opened(browser, self._disconnected)
        return playwright, browser

    def _disconnected(self, _: Browser) -> None:
        if self._is_wanted:
            self._fares.died()
        else:
            self._fares.closed()

    def _keep_within(self) -> None:
        with suppress(Exception):  # one that does not open is told by whoever visits
            _, browser = self._opened.result()
            while browser.is_connected():
                self._end_above_most()
                gevent.sleep(LOOKED_AT_EVERY_S)

    def _end_above_most(self) -> None:
        processes = _processes()
        self._fares.memory = used = sum(map(_memory, processes))
        if used <= self._fares.most_memory:
            return
        sizes = {"shop.browser.memory": used, "shop.browser.memory_limit": self._fares.most_memory}
        logger.error("The browser uses more memory than it may, and is ended.", extra=sizes)
        for each in processes:
            with suppress(psutil.NoSuchProcess):
                each.kill()


async def _visit(browser: Browser, visit: Visit) -> None:
    context = await browser.new_context(extra_http_headers=HEADERS)
    try:
        page = await context.new_page()
        await visit(page)
        # Leaves as people do: a page tells of its end when it is left, not when it is cut off.
        await page.goto("about:blank")
    finally:
        await context.close()


async def _close(playwright: Playwright, browser: Browser) -> None:
    await browser.close()
    await playwright.stop()


def _processes() -> list[psutil.Process]:
    """Chromium's, whose parent is Playwright's driver, a child of this process."""
    return [each for driver in psutil.Process().children() for each in driver.children(recursive=True)]


def _memory(process: psutil.Process) -> int:
    """Bytes that it has, with its share of what several have together; 0 once it has ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0
