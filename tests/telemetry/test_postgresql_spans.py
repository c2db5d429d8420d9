"""What statements on PostgreSQL say of themselves, and what they keep to themselves."""

import logging
import traceback

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kit.db import Database
from kit.errors import DatabaseUnavailable
from tests.stack.postgresql import PASSWORD, Cluster
from tests.telemetry.recorder import Recorder

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]


async def test_a_statement_names_its_database_and_its_server(postgresql: Cluster, recorder: Recorder) -> None:
    db = Database("order", postgresql.url("order"))
    async with db.read() as connection:
        await connection.execute(select(1))
        connected = (await connection.execute(text("SELECT application_name FROM pg_stat_activity"))).scalars().all()
    await db.close()
    spans = {span.name: dict(span.attributes or {}) for span in recorder.spans()}
    server = {"server.address": "127.0.0.1", "server.port": postgresql.port, "test.service": "test"}
    where = {"db.system.name": "postgresql", "db.namespace": "order"}
    assert spans["connect"] == server | where
    statement = {"db.operation.name": "SELECT", "db.query.text": "SELECT application_name FROM pg_stat_activity"}
    assert spans["SELECT"] == server | where | statement
    assert "order" in connected


async def test_the_password_is_told_nowhere(
    postgresql: Cluster, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    nobody = f"postgresql+asyncpg://order:{PASSWORD}@127.0.0.1:9/order"
    failures = [await _failed(url) for url in (postgresql.url("order"), nobody)]
    told = ["".join(traceback.format_exception(each)) for each in failures]
    told += [span.to_json() for span in recorder.spans()] + [str(vars(record)) for record in caplog.records]
    assert "division by zero" in told[0]
    assert "Connect call failed" in told[1]
    assert [each for each in told if PASSWORD in each] == []


async def _failed(url: str) -> Exception:
    db = Database("order", url)
    with pytest.raises((DBAPIError, DatabaseUnavailable)) as failed:
        async with db.read() as connection:
            await connection.execute(text("SELECT 1 / 0"))
    await db.close()
    return failed.value


async def test_the_monitor_reads_the_statistics_of_statements(postgresql: Cluster) -> None:
    db = Database("token", postgresql.url("token"))
    async with db.read() as connection:
        await connection.execute(text("SELECT 'counted'"))
    await db.close()
    monitor = Database("monitor", postgresql.url("monitor").rpartition("/")[0] + "/postgres")
    async with monitor.read() as connection:
        rows = (await connection.execute(text("SELECT query FROM pg_stat_statements"))).scalars().all()
    await monitor.close()
    assert "SELECT $1" in rows
    assert not any(PASSWORD in query or "CREATE ROLE" in query for query in rows)
