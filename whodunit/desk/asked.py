"""What a page is asked, and what it answers: pages are functions from the one to the other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from shlex import quote
from typing import Any
from urllib.parse import quote as quoted
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from whodunit.desk.source import Source
from whodunit.desk.times import Times
from whodunit.errors import WrongUseError
from whodunit.telemetry.port import Telemetry

Values = str | Sequence[str]

SEE_OTHER = 303

MOST_DIGITS = 18
"""Before the point, and behind it: no page asks for more, and Python reads no number of any length."""

LONGEST_SHOWN = 40
_WHOLE = re.compile(f"[0-9]{{1,{MOST_DIGITS}}}")
_DECIMAL = re.compile(rf"{_WHOLE.pattern}(\.{_WHOLE.pattern})?")

TIME = ("last", "from", "until")


@dataclass(frozen=True)
class Place:
    """A page's place: `root` leads from it to the first page, whatever stands before the desk's addresses."""

    path: str
    root: str
    times: Times

    @classmethod
    def of(cls, path: str, times: Times) -> "Place":
        """The place of the page at `path`, such as `/traces/c0ffee`."""
        return cls(path, "../" * (path.count("/") - 1) or "./", times)

    def to(self, page: str, /, **parameters: Values) -> str:
        """The address of another page, empty parameters left out; at the same time, unless they name another."""
        given = {name.rstrip("_"): value for name, value in parameters.items() if value}
        time = {} if any(name in given for name in TIME) else self.times.parameters
        query = urlencode({**given, **time}, doseq=True)
        return f"{self.root}{quoted(page)}{'?' * bool(query)}{query}"


@dataclass(frozen=True)
class Asked:
    """One request: the parameters of its address, repeated ones in order, and the telemetry to answer from.

    `changes`: a form sent it to do something, so that it is not asked again by itself.
    """

    source: Source
    place: Place
    parameters: Mapping[str, Sequence[str]]
    below: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False

    @property
    def address(self) -> str:
        """Its own address, so that it can be asked for again."""
        return self._own(self.parameters)

    def with_last(self, last: str) -> str:
        """The same page, for another length of time that ends now."""
        return self._own({**self._timeless, "last": [last]})

    def without_time(self) -> str:
        """The same page, for the usual time."""
        return self._own(self._timeless)

    def with_window(self, start: datetime, end: datetime) -> str:
        """The same page, for the time between two moments."""
        return self._own({**self._timeless, "from": [start.isoformat()], "until": [end.isoformat()]})

    @property
    def _timeless(self) -> dict[str, Sequence[str]]:
        return {name: values for name, values in self.parameters.items() if name not in TIME}

    def _own(self, parameters: Mapping[str, Sequence[str]]) -> str:
        given = {name: [each for each in values if each] for name, values in parameters.items()}
        query = urlencode(given, doseq=True)
        return f"{self.place.root}{quoted(self.place.path.lstrip('/'))}{'?' * bool(query)}{query}"

    @property
    def telemetry(self) -> Telemetry:
        """The port."""
        return self.source.telemetry

    @property
    def times(self) -> Times:
        """The window."""
        return self.place.times

    def one(self, name: str) -> str:
        """The last value of a parameter, empty without one."""
        return next((value.strip() for value in reversed(self.parameters.get(name, ())) if value.strip()), "")

    def several(self, name: str) -> list[str]:
        """All values of a parameter."""
        return [value.strip() for value in self.parameters.get(name, ()) if value.strip()]

    def number(self, name: str, usual: int, most: int) -> int:
        """A whole number from 1 to `most`; raises WrongUseError."""
        found = self.whole(name)
        if found is None:
            return usual
        if not 1 <= found <= most:
            raise WrongUseError(f"{name}={found} is no number from 1 to {most}.", f"Usual is {usual}.")
        return found

    def whole(self, name: str) -> int | None:
        """A whole number as it was typed, None without one; raises WrongUseError."""
        text = self._digits(name, _WHOLE, "whole number")
        return int(text) if text else None

    def decimal(self, name: str) -> float | None:
        """A number as it was typed, None without one; raises WrongUseError."""
        text = self._digits(name, _DECIMAL, "number")
        return float(text) if text else None

    def _digits(self, name: str, form: re.Pattern[str], kind: str) -> str:
        text = self.one(name)
        if text and not form.fullmatch(text):
            shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
            raise WrongUseError(
                f"{name}={shown} is no {kind}.", f"Leave it out, or write it in {MOST_DIGITS} digits at most."
            )
        return text

    def choice(self, name: str, choices: Sequence[str], usual: str = "") -> str:
        """One of `choices`; raises WrongUseError, which names them."""
        found = self.one(name) or usual
        if found and found not in choices:
            raise WrongUseError(f"There is no {name} {found!r}.", f"There are: {', '.join(choices)}")
        return found


def see(address: str) -> Response:
    """What an action answers: the browser opens the page at `address` in place of the form's."""
    return RedirectResponse(address, SEE_OTHER)


@dataclass(frozen=True)
class Answer:
    """A page: its template and what that shows; the command that prints the same, and the queries behind it."""

    template: str
    title: str
    command: str
    query: str
    shown: Mapping[str, Any]


def command(*words: str | None) -> str:
    """A command of `whodunit` as one types it; words that are None are left out."""
    return " ".join(["whodunit", *(quote(word) for word in words if word is not None)])


def option(name: str, value: str) -> list[str]:
    """An option with its value, nothing when the value is empty."""
    return [f"--{name}", value] if value else []
