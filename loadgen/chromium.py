"""Chromium, as far as it is here: the system's own, which is never downloaded, and Playwright, which drives it."""

from importlib.util import find_spec
from shutil import which

NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "Chromium is not on this machine. On Debian and Ubuntu: apt install chromium"
NO_PLAYWRIGHT = (
    "Playwright is not installed: pip install 'whodunit[browser]', in a checkout "
    ".venv/bin/python -m pip install -e '.[browser]'; on the stack, LOADGEN=loadgen-browsers in .env"
)


def executable() -> str | None:
    """Chromium's path, None where it is absent."""
    return next((path for name in NAMES if (path := which(name))), None)


def missing() -> str | None:
    """What keeps visitors from using a browser, and how to get it; None if nothing does."""
    if find_spec("playwright") is None:
        return NO_PLAYWRIGHT
    return NO_CHROMIUM if executable() is None else None
