"""A service does not start where its instances could open more connections than the server allows."""

import pytest

from kit.connection_budget import TooFewConnectionsError, check
from services.order.settings import Settings
from tests.stack.postgresql import Cluster

pytestmark = [pytest.mark.anyio, pytest.mark.stack("postgresql")]


def order(url: str, replicas: int) -> Settings:
    return Settings(database_url=url, replicas=replicas)


async def test_one_instance_fits_into_what_its_role_may_have(postgresql: Cluster) -> None:
    await check("order", order(postgresql.url("order"), 1))


async def test_two_do_not_and_are_told_how_to_raise_it(postgresql: Cluster) -> None:
    with pytest.raises(TooFewConnectionsError) as refused:
        await check("order", order(postgresql.url("order"), 2))
    assert str(refused.value) == (
        "2 instances of order may open 12 connections, and the server allows 7. Raise it "
        '(ALTER ROLE "order" CONNECTION LIMIT 12, and max_connections by as much), '
        "or lower DATABASE_POOL_SIZE or REPLICAS."
    )


async def test_a_role_without_a_limit_has_that_of_the_server(postgresql: Cluster) -> None:
    with postgresql.databases() as create:
        await check("order", order(create("order"), 13))
        with pytest.raises(
            TooFewConnectionsError, match=r"server allows 82. Raise it \(max_connections of the server\)"
        ):
            await check("order", order(create("order"), 14))
