"""Composes the `Telemetry` of a stack: Prometheus and Jaeger, and Loki or the store for the log records."""

from whodunit.telemetry.stack.adapter import StackTelemetry
from whodunit.telemetry.store.stored_logs import StoredLogs

STORE_PATH = "/store"
"""The path of the store below the entry of a stack whose log records are in the store."""


def of_stack(entry_url: str, page_url: str | None = None, *, in_store: bool) -> StackTelemetry:
    """The stack behind one entry address; its log records are in Loki, or `in_store`.

    Links begin with `page_url` where people reach the entry by another address.
    """
    entry = entry_url.rstrip("/")
    return StackTelemetry.at(entry, page_url, StoredLogs.at(entry + STORE_PATH) if in_store else None)
