"""Refuses what another site makes a visitor's browser send (cross-site request forgery).

Browsers say where a request comes from (`Sec-Fetch-Site`, and `Origin` on every POST); other programs hold no
cookie of anybody else's and need say nothing.
"""

from urllib.parse import urlsplit

from fastapi import Request

from kit.errors import Forbidden

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def refuse_other_sites(request: Request) -> None:
    """A dependency of every route; raises `Forbidden`."""
    if request.method not in SAFE_METHODS and not _from_here(request):
        raise Forbidden("This request was sent by another site.")


def _from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
