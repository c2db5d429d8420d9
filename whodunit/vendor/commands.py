"""`whodunit vendor`: a copy of the telemetry for a backend of the user's own."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.target import find
from whodunit.launcher import kept_backend
from whodunit.launcher.inherited import names_backend
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.shell import run
from whodunit.terminal import Screen
from whodunit.vendor import arrival, places
from whodunit.vendor.arrival import Trouble
from whodunit.vendor.naming import named
from whodunit.vendor.probes import SERVICE

OFF = "off"
NOT_TAKEN = 1

Where = Annotated[str | None, typer.Argument(metavar="URL|off", help="Its address before /v1/…; off ends it.")]
Headers = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="NAME[=VALUE]", help="It asks for this; without =VALUE you are asked, unseen."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="The shop")(vendor)


def vendor(where: Where = None, header: Headers = None) -> None:
    """Send the telemetry to an OTLP backend of yours as well, after a check that it arrives; alone, check it again.

    Exit code 0 when it takes all signals, 1 when it leaves some out, 3 when it takes none, and on the stack when it
    leaves some out: then nothing is changed.
    """
    home, console = Home.locate(), Screen(highlight=False)
    if where is None:
        _show(console, kept_backend.read(home))
    elif where == OFF:
        _end(console, home)
    else:
        _begin(console, home, named(where, header or [], _asked))


def _begin(console: Screen, home: Home, backend: KeptBackend) -> None:
    if names_backend(os.environ):
        raise LabError("This shell names a backend already, which goes first.", "unset OTEL_EXPORTER_OTLP_ENDPOINT")
    place = places.of(find(), home, run, Path.cwd())
    place.check()
    found = _checked(console, backend)
    kept = KeptBackend(backend.url, backend.headers, _taken(place, found))
    former = places.former(home)
    kept_backend.keep(home, kept)
    with places.put_back_on_failure(place, home, former):
        how = _apply(console, place, kept)
    _tell(console, kept, found)
    console.print(how)
    raise typer.Exit(NOT_TAKEN if any(found.values()) else 0)


def _taken(place: places.Place, found: Mapping[str, Trouble | None]) -> tuple[str, ...]:
    """The signals to send; raises LabError when there is none, and when the place cannot leave out the others."""
    troubles = {signal: trouble for signal, trouble in found.items() if trouble}
    if len(troubles) == len(found):
        first = next(iter(troubles.values()))
        raise LabError(f"{first.what} Nothing is changed.", first.hint)
    place.leave_out(troubles)
    return tuple(signal for signal in found if signal not in troubles)


def _end(console: Screen, home: Home) -> None:
    place = places.of(find(), home, run, Path.cwd())
    place.check()
    former = places.former(home)
    if not kept_backend.drop(home):
        console.print("No backend was named.")
        return
    with places.put_back_on_failure(place, home, former):
        how = _apply(console, place, None)
    console.print(how)
    console.print("The telemetry stays here.")


def _apply(console: Screen, place: places.Place, backend: KeptBackend | None) -> str:
    """Tell the shop; returns the words for how it was told."""
    began = time.monotonic()
    with console.status("Telling the shop…"):
        runs = place.tell(backend)
    took = f"The shop was told within {time.monotonic() - began:.0f} s; load that ran in lite mode has ended."
    return took if runs else "It holds from the next start on: whodunit up"


def _show(console: Screen, backend: KeptBackend | None) -> None:
    if backend is None:
        console.print("The telemetry stays here. Name a backend: whodunit vendor https://otlp.example.com")
        return
    _tell(console, backend, found := _checked(console, backend))
    raise typer.Exit(NOT_TAKEN if any(found[signal] for signal in backend.signals) else 0)


def _checked(console: Screen, backend: KeptBackend) -> dict[str, Trouble | None]:
    with console.status("Asking the backend…"):
        return arrival.check(backend)


def _tell(console: Screen, backend: KeptBackend, found: Mapping[str, Trouble | None]) -> None:
    headers = ", ".join(backend.headers) or "none"
    console.print(Text(f"A copy goes to {backend.url} (headers: {headers})."))
    for signal, trouble in found.items():
        console.print(Text(f"  {signal:<8}{_said(trouble)}"))
    if not all(found.values()):
        console.print(Text(f"Look there for the service {SERVICE}."))


def _said(trouble: Trouble | None) -> str:
    return f"not taken: {trouble.what} {trouble.hint}" if trouble else "taken"


def _asked(name: str) -> str:
    return str(typer.prompt(f"Value of {name}", hide_input=True))
