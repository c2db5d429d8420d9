"""Leases on SQLite, which has one instance; tests/stack/test_postgresql_lease.py has the others."""

from pathlib import Path

import pytest

from kit.lease import Lease
from kit.settings import ServiceSettings
from services.token.settings import Settings

pytestmark = pytest.mark.anyio


async def test_the_only_instance_has_every_lease_without_a_look_at_the_database(tmp_path: Path) -> None:
    nowhere = f"sqlite+aiosqlite:///{tmp_path}/nowhere/token.db"
    lease = Lease("token", Settings(database_url=nowhere), "work")
    assert await lease.is_ours()
    assert lease.is_current
    await lease.close()


def test_an_instance_is_known_by_where_it_listens() -> None:
    first, again, other = (ServiceSettings(port=port).instance for port in (1, 1, 2))
    assert first == again
    assert first != other
    assert ServiceSettings(port=1, is_canary=True).instance not in {first, other}
