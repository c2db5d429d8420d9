"""Templates into pages. Whatever senders of telemetry wrote is escaped, and steers nothing."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup
from starlette.responses import HTMLResponse

from whodunit.desk.asked import Answer, Asked
from whodunit.desk.hues import hue
from whodunit.desk.times import CHOICES
from whodunit.durations import format_duration
from whodunit.errors import LabError
from whodunit.legible import legible, one_line
from whodunit.views.clock_time import to_the_millisecond, to_the_second
from whodunit.views.units import percent

NAVIGATION = {
    "": ("Health", "h"),
    "metrics": ("Metrics", "m"),
    "traces": ("Traces", "t"),
    "logs": ("Logs", "l"),
    "panels": ("Panels", "p"),
    "cases": ("Cases", "c"),
    "mystery": ("Mystery", "y"),
    "class": ("Class", "s"),
    "queries": ("Queries", "q"),
}
"""The pages at the top, in this order: the name and the key of each."""

REFRESH_S = 10
"""So often a page that shows the present asks again, as Grafana's do."""

_CLOCKS = {"second": to_the_second, "millisecond": to_the_millisecond}


class Renderer:
    """Makes HTML answers."""

    def __init__(self) -> None:
        self._templates = _templates()

    def page(self, asked: Asked, answer: Answer) -> HTMLResponse:
        """The page with its frame."""
        return HTMLResponse(self._render(answer.template, asked, vars(answer) | dict(answer.shown)))

    def failure(self, asked: Asked, status: int, error: LabError) -> HTMLResponse:
        """The page of a failure: what happened, and what to do."""
        shown = {"title": "Not done" if asked.changes else "Not shown", "command": "", "query": "", "error": error}
        return HTMLResponse(self._render("failure.html", asked, shown), status)

    def _render(self, template: str, asked: Asked, shown: Mapping[str, Any]) -> str:
        context = {"error": None, "here": asked, "place": asked.place, "times": asked.times, "source": asked.source}
        return self._templates[template].render(context | dict(shown))


@cache
def _templates() -> Mapping[str, Template]:
    environment = _environment()
    names = environment.list_templates(extensions=["html"])
    return {name: environment.get_template(name) for name in names}


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("whodunit.desk", ""),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_readable,
    )
    environment.globals |= {"navigation": NAVIGATION, "choices": CHOICES, "refresh_s": REFRESH_S}
    environment.filters |= {
        "duration": format_duration,
        "percent": percent,
        "hue": hue,
        "moment": moment,
        "line": one_line,
    }
    return environment


def _readable(value: object) -> object:
    """Text without characters that turn the direction of reading."""
    return legible(value) if type(value) is str else value


def moment(time: datetime, form: str = "second") -> Markup:
    """A time on the local clock; the browser, which may be elsewhere, puts it on its own."""
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(
        time.isoformat(timespec="milliseconds"), form, _CLOCKS[form](time)
    )
