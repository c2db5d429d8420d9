"""Where the views get their answers: the running lab's store, or one that is named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

from whodunit.client import LabClient
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.store.client import StoreClient
from whodunit.telemetry.port import RefusedQueryError, Telemetry, TelemetryError, Window
from whodunit.telemetry.store_adapter import SqlStore, StoreTelemetry


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """Telemetry to ask, the store behind it, and the time it is."""

    telemetry: Telemetry
    store: SqlStore
    now: Callable[[], datetime] = _utc_now

    def last(self, seconds: float) -> Window:
        """So many seconds until now."""
        end = self.now()
        return Window(end - timedelta(seconds=seconds), end)


@contextmanager
def desk(context: typer.Context, url: str | None) -> Iterator[Desk]:
    """The desk in `context.obj` if there is one; what telemetry cannot answer becomes a LabError."""
    try:
        yield context.obj if isinstance(context.obj, Desk) else _open(url or _store_of_the_lab())
    except RefusedQueryError as error:
        raise WrongUseError(
            str(error), 'What there is: whodunit sql "describe spans" (logs, metrics, resources)'
        ) from error
    except TelemetryError as error:
        raise LabError(str(error), "Is the shop up? whodunit status") from error


def _open(url: str) -> Desk:
    store = StoreClient(url)
    return Desk(StoreTelemetry(store), store)


def _store_of_the_lab() -> str:
    with LabClient.connect(Home.locate()) as lab:
        return str(lab.status()["store"]["url"])
