"""The system's Chromium, where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ABSENT = "Chromium is not on this machine: no page was tried. On Debian and Ubuntu: apt install chromium"


def executable() -> str | None:
    """Its path, None where it is absent."""
    return next((path for name in NAMES if (path := which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; `executable` says whether there is one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
