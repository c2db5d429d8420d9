"""Where a running shop is told of its backend: lite opens again, on the stack the Collector begins anew."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from whodunit import compose
from whodunit.compose import NotHereError
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.active_mystery import played
from whodunit.lab.target import Target
from whodunit.lab.wanted import Kind
from whodunit.launcher import kept_backend, labfile
from whodunit.launcher.kept_backend import KeptBackend
from whodunit.launcher.start import Start
from whodunit.launcher.stop import stop
from whodunit.shell import Ran
from whodunit.vendor.arrival import Trouble

COLLECTOR = "otel-collector"
OPEN_WITHIN_S = 120.0
COLLECTOR_WITHIN_S = 60.0


class ShellWithVariables(Protocol):
    """Runs a program to its end, with further environment: what is secret stands in no list of processes."""

    def __call__(
        self, arguments: Sequence[str], within_s: float = 15.0, variables: Mapping[str, str] | None = None
    ) -> Ran:
        """Never raises."""
        ...


class Place(Protocol):
    """A shop that exports to a backend beside its own."""

    def check(self) -> None:
        """Raise LabError when it cannot be told now."""
        ...

    def leave_out(self, signals: Mapping[str, Trouble]) -> None:
        """Raise LabError when it cannot leave out these, which the backend does not take."""
        ...

    def tell(self, backend: KeptBackend | None) -> bool:
        """Have it export there, or to none; returns False when nothing runs. Raises LabError."""
        ...


class LitePlace:
    """The processes of a state folder. They read a backend when they begin."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def check(self) -> None:
        """A mystery must not be disturbed."""
        if self._runs() and (mystery := played()):
            raise LabError(
                f"Mystery {mystery} runs, and the shop would have to open again.", "End it: whodunit mystery reveal"
            )

    def leave_out(self, signals: Mapping[str, Trouble]) -> None:
        """It can: its exporters are named for each signal."""

    def tell(self, backend: KeptBackend | None) -> bool:  # noqa: ARG002  it has been kept: the start reads it
        """Close the shop and open it again."""
        if not self._runs():
            return False
        stop(self._home)
        start = Start(self._home)
        start.begin()
        start.wait(OPEN_WITHIN_S, lambda _: None)
        return True

    def _runs(self) -> bool:
        last = labfile.read(self._home)
        return bool(last and last.lab.lives())


class StackPlace:
    """The Collector's container, made anew with other variables."""

    def __init__(self, entry_url: str, shell: ShellWithVariables, folder: Path) -> None:
        self._entry_url = entry_url
        self._shell = shell
        self._folder = folder

    def check(self) -> None:
        """It must be this machine's Docker."""
        self._command()

    def leave_out(self, signals: Mapping[str, Trouble]) -> None:
        """The Collector sends all signals, and would try one that is not taken again and again."""
        if signals:
            why = " ".join(dict.fromkeys(trouble.what for trouble in signals.values()))
            raise LabError(
                f"It does not take {', '.join(signals)}: {why} The Collector sends all three. Nothing is changed.",
                "Put a Collector of yours between (docs/vendors.md). Lite mode leaves out what is not taken: "
                "whodunit vendor --target lite",
            )

    def tell(self, backend: KeptBackend | None) -> bool:
        """Make the container anew."""
        variables = {
            "VENDOR_OTLP_ENDPOINT": backend.url if backend else "",
            "VENDOR_OTLP_HEADERS": json.dumps(dict(backend.headers)) if backend and backend.headers else "",
        }
        command = [*self._command(), "up", "--detach", "--no-deps", "--no-build", COLLECTOR]
        ran = self._shell(command, COLLECTOR_WITHIN_S, variables)
        if not ran.ok:
            raise LabError(
                f"The Collector could not be told: {ran.last_words}", "See: docker compose logs otel-collector"
            )
        return True

    def _command(self) -> list[str]:
        try:
            return list(compose.command_for(self._entry_url, self._shell, self._folder))
        except NotHereError as error:
            raise LabError(
                f"The Collector cannot be told from here: {error}.",
                "Type it on the host that runs Docker, in the folder with docker-compose.yml.",
            ) from error


def of(target: Target, home: Home, shell: ShellWithVariables, folder: Path) -> Place:
    """The place of the shop that commands speak to."""
    return StackPlace(target.shop_url, shell, folder) if target.kind is Kind.STACK else LitePlace(home)


def former(home: Home) -> KeptBackend | None:
    """The backend before a change; None without one, and when its file is damaged."""
    try:
        return kept_backend.read(home)
    except LabError:
        return None


@contextmanager
def put_back_on_failure(place: Place, home: Home, former: KeptBackend | None) -> Iterator[None]:
    """When the body raises LabError, keep the former backend again and tell it to the place."""
    try:
        yield
    except LabError:
        if former:
            kept_backend.keep(home, former)
        else:
            kept_backend.drop(home)
        with suppress(LabError):  # the place may have changed before it failed
            place.tell(former)
        raise
