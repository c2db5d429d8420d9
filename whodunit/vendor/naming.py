"""A backend as people type it: its address, and the headers that it asks for."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

import httpx

from whodunit.errors import WrongUseError
from whodunit.launcher.kept_backend import KeptBackend

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
OF_ONE_SIGNAL = re.compile(r"/v1/(traces|metrics|logs)/?$")
HEADER_HINT = "Type it as --header NAME=VALUE; without =VALUE you are asked for it, and it is not shown."


def named(url: str, headers: Sequence[str], ask: Callable[[str], str]) -> KeptBackend:
    """The backend; `ask` gets the value of a header that was given by its name alone. Raises WrongUseError."""
    return KeptBackend(_address(url), dict(_header(each, ask) for each in headers))


def _address(url: str) -> str:
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise WrongUseError("This is no address of a backend.", "Type it whole: https://otlp.example.com, or off.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise WrongUseError(
            "An address is shown by status, and can hold no secret.", f"Leave out user and query. {HEADER_HINT}"
        )
    if OF_ONE_SIGNAL.search(url):
        raise WrongUseError(f"{url} is the address of one signal.", f"Leave it out: {OF_ONE_SIGNAL.sub('', url)}")
    return url.rstrip("/")


def _parts(url: str) -> SplitResult | None:
    """Its parts, None when nothing can be sent there: no host, or a port or a name that cannot be."""
    try:
        parts = urlsplit(url)
        is_reachable = parts.port != 0 and httpx.URL(url).host.encode("idna")
    except (ValueError, httpx.InvalidURL):
        return None
    return parts if is_reachable else None


def _header(text: str, ask: Callable[[str], str]) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not NAME.fullmatch(name):
        raise WrongUseError("A header has a name of letters, digits and dashes, then = and its value.", HEADER_HINT)
    value = (value if given else ask(name)).strip()
    if not value or not value.isascii() or not value.isprintable():
        raise WrongUseError(f"The header {name} has no value that can be sent.", HEADER_HINT)
    return name, value
