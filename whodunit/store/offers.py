"""Requests that were stored lately: one that is sent again, because no answer arrived, is not stored twice.

Spans have ids and need none of this. Log records and points of metrics are identified by all the rows of the request.
"""

import hashlib
import json
from collections.abc import Sequence

import duckdb

from whodunit.store import schema
from whodunit.store.rows import Batch

CREATE = "create table offers (digest BIGINT, time TIMESTAMP)"
REMEMBER = "insert into offers select unnest(?::BIGINT[]), now()"
FORGET = "delete from offers where time < now() - interval 1 hour"  # exporters give up after five minutes

WITHOUT_ID = {table.name for table in schema.SIGNALS if not table.identity}


def recalled(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """The digests of the requests that were stored."""
    return {digest for (digest,) in connection.execute("select digest from offers").fetchall()}


def digests(batches: Sequence[Batch]) -> dict[int, Batch]:
    """The requests whose rows have no identity, by digest; of two that are the same, one."""
    return {_digest(batch): batch for batch in batches if batch.rows and batch.table in WITHOUT_ID}


def _digest(batch: Batch) -> int:
    content = json.dumps([batch.table, batch.rows]).encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True)
