"""Where the views get their answers: the running shop's telemetry, or a store that is named."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer

from whodunit.errors import LabError, WrongUseError
from whodunit.store.client import Rows, StoreClient
from whodunit.target import LiteTarget, find
from whodunit.telemetry.port import RefusedQueryError, Telemetry, TelemetryError
from whodunit.telemetry.questions import Window
from whodunit.telemetry.store_adapter import SqlStore, StoreTelemetry

SCHEMA = 'What there is: whodunit sql "describe spans" (logs, metrics, resources)'
OTHER_LANGUAGES = "Every other view prints its query with --query; open Prometheus, Jaeger or Grafana to change it"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """Telemetry to ask, the store behind it, the time it is, and what helps after a refused query."""

    telemetry: Telemetry
    store: SqlStore
    now: Callable[[], datetime] = _utc_now
    hint: str = SCHEMA

    def last(self, seconds: float) -> Window:
        """So many seconds until now."""
        end = self.now()
        return Window(end - timedelta(seconds=seconds), end)


class NoSql:
    """What the stack has in place of the embedded store."""

    def __init__(self, entry_url: str) -> None:
        self._entry_url = entry_url

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:  # noqa: ARG002  the form of `SqlStore`
        """Raises WrongUseError."""
        raise WrongUseError(
            "The stack keeps its telemetry in Prometheus, Loki and Jaeger: there is no SQL to ask.",
            f"{OTHER_LANGUAGES}: {self._entry_url}/grafana/explore",
        )


@contextmanager
def desk(context: typer.Context, url: str | None) -> Iterator[Desk]:
    """The desk in `context.obj` if there is one; what telemetry cannot answer becomes a LabError."""
    at = context.obj if isinstance(context.obj, Desk) else _open(url)
    try:
        yield at
    except RefusedQueryError as error:
        raise WrongUseError(str(error), at.hint) from error
    except TelemetryError as error:
        raise LabError(str(error), "Is the shop up? whodunit status") from error


def _open(url: str | None) -> Desk:
    if url:
        return _at_store(url)
    target = find()
    if isinstance(target, LiteTarget):
        return _at_store(target.store_url)
    shop = target.links["shop"]
    return Desk(target.telemetry(), NoSql(shop), hint=f"{OTHER_LANGUAGES}: {shop}/grafana/explore")


def _at_store(url: str) -> Desk:
    store = StoreClient(url)
    return Desk(StoreTelemetry(store), store)
