"""The system's Chromium, where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from loadgen.chromium import NO_CHROMIUM, executable

__all__ = ["NO_CHROMIUM", "chromium", "executable"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; `executable` says whether there is one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
