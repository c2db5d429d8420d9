"""Templates into pages. All are compiled once, when the application is made."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from importlib import resources
from random import random
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.frontend.visit import Visit

SHOP_NAME = "Harbour & Pine"
W3C = TraceContextTextMapPropagator()

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Renderer:
    """Makes HTML answers; `sample_ratio` of them tell of themselves, as part of the trace that they are made in."""

    def __init__(self, sample_ratio: float, dice: Callable[[], float] = random) -> None:
        self._sample_ratio = sample_ratio
        self._dice = dice
        self._environment = _environment()
        self._templates = {name: self._environment.get_template(name) for name in self._environment.list_templates()}

    def page(self, visit: Visit, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """`template` with its context, and with what every page shows: name, cart, message."""
        html = self._templates[template].render(
            identity=visit.identity,
            cart_count=visit.cart.count,
            message=visit.told(),
            page=template.removesuffix(".html"),
            traceparent=self._traceparent(),
            **context,
        )
        return HTMLResponse(html, status_code=status, headers=HEADERS)

    @property
    def pages(self) -> frozenset[str]:
        """The names of all pages."""
        return frozenset(name.removesuffix(".html") for name in self._templates)

    def _traceparent(self) -> str | None:
        """The present span, as W3C writes it; None for a page that is not to tell of itself."""
        if not trace.get_current_span().get_span_context().trace_flags.sampled or self._dice() >= self._sample_ratio:
            return None
        carrier: dict[str, str] = {}
        W3C.inject(carrier)
        return carrier["traceparent"]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.frontend"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {"shop_name": SHOP_NAME, "version": _version(), "query": "", "list_link": list_link}
    environment.filters |= {"money": money, "moment": moment, "figure": figure}
    return environment


def _version() -> str:
    """Changes when a static file does: browsers may keep them for long."""
    static = resources.files("services.frontend") / "static"
    contents = b"".join(each.read_bytes() for each in sorted(static.iterdir(), key=lambda each: each.name))
    return hashlib.sha256(contents).hexdigest()[:8]


def list_link(query: str = "", category: str = "", page: int = 1) -> str:
    """The address of one page of the list; what is not asked for is left out."""
    wanted: dict[str, str | int] = {"query": query, "category": category, "page": page if page > 1 else ""}
    return "/?" + urlencode({name: value for name, value in wanted.items() if value})


def money(cents: int) -> str:
    """An amount as a customer reads it."""
    return f"${cents // 100:,}.{cents % 100:02d}"


def figure(value: int, of: str) -> str:
    """A value of a figure that purchases are added up by, as a customer reads it: a month is 202501, others count."""
    return f"{date(value // 100, value % 100, 1):%B %Y}" if of == "month" else f"{of.capitalize()} {value + 1}"


def moment(time: datetime) -> str:
    """A time as a customer reads it."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
