"""A login's trace, whole, in one comparison; and nothing in it that belongs to the user alone."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kit.platform import Platform
from kit.variants import FixedVariants
from services.database import app as database_app
from services.database import settings as database_settings
from services.gateway import app as gateway_app
from services.gateway import settings as gateway_settings
from services.token import app as token_app
from services.token import settings as token_settings
from services.user import app as user_app
from services.user import settings as user_settings
from tests.databases import DatabaseUrl
from tests.telemetry.in_process import InProcessNetwork
from tests.telemetry.recorder import Recorder, served_by

pytestmark = pytest.mark.anyio

SHOWN = ("http.response.status_code", "service.peer.name")

SHOPPER = {"email": "shopper042@example.com", "password": "open-sesame-please"}
ADA = {"email": "ada@example.com", "password": "analytical engine", "name": "Ada Lovelace"}

LOGGED_IN = """\
user server POST /sessions status_code=200
  user client POST status_code=200 name=database
    database server POST /credentials/query status_code=200
      database client GET status_code=200 name=breached-passwords
  user internal verify password
  user client POST status_code=200 name=token
    token server POST /tokens status_code=200
      token client GET status_code=200 name=database
        database server GET /users/{user_id}/claims status_code=200
      token internal sign token"""

POOL_DRY = """\
user server POST /sessions ERROR status_code=500
  user client POST ERROR status_code=504 name=database
    database server POST /credentials/query ERROR status_code=504
      database client connect ERROR"""


def create_apps(database_url: DatabaseUrl, network: InProcessNetwork) -> dict[str, FastAPI]:
    platform = Platform(FixedVariants(), network)
    database, token, gateway = "http://database", "http://token", "http://gateway"
    external = gateway_settings.Settings(database_url=database_url("gateway"), gateway_range_ms=0)
    store = database_settings.Settings(
        database_url=database_url("database"),
        database_pool_size=1,
        database_pool_timeout_s=0.1,
        gateway_url=gateway,
    )
    keys = token_settings.Settings(database_url=database_url("token"), database_service_url=database)
    users = user_settings.Settings(database_service_url=database, token_url=token)
    return {
        "gateway": gateway_app.create_app(external, platform),
        "database": database_app.create_app(store, platform),
        "token": token_app.create_app(keys, platform),
        "user": user_app.create_app(users, platform),
    }


@pytest.fixture
def apps(database_url: DatabaseUrl, network: InProcessNetwork, recorder: Recorder) -> dict[str, FastAPI]:
    return create_apps(database_url, network)


@pytest.fixture
def network() -> InProcessNetwork:
    return InProcessNetwork()


@pytest.fixture(autouse=True)
async def started(apps: dict[str, FastAPI], network: InProcessNetwork, recorder: Recorder) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for name, app in apps.items():
            network.add(name, app)
            with served_by(name):
                await stack.enter_async_context(app.router.lifespan_context(app))
        recorder.clear()
        yield


async def post(network: InProcessNetwork, path: str, body: dict[str, str]) -> tuple[int, Any]:
    async with httpx.AsyncClient(transport=network, base_url="http://user") as client:
        answer = await client.post(path, json=body)
    return answer.status_code, answer.json()


async def test_a_login(network: InProcessNetwork, recorder: Recorder) -> None:
    assert (await post(network, "/sessions", SHOPPER))[0] == 200
    assert recorder.tree("POST /sessions", attributes=SHOWN) == LOGGED_IN


async def test_a_wrong_password_is_no_error(network: InProcessNetwork, recorder: Recorder) -> None:
    assert (await post(network, "/sessions", SHOPPER | {"password": "open sesame"}))[0] == 401
    assert "ERROR" not in recorder.tree("POST /sessions", database=True)


async def test_a_dry_pool_shows_where_the_time_went(
    apps: dict[str, FastAPI], network: InProcessNetwork, recorder: Recorder
) -> None:
    async with apps["database"].state.store._connections.read():
        assert (await post(network, "/sessions", SHOPPER))[0] == 500
    assert recorder.tree("POST /sessions", attributes=SHOWN, database=True) == POOL_DRY


async def test_nothing_personal_travels(network: InProcessNetwork, recorder: Recorder) -> None:
    assert (await post(network, "/users", ADA))[0] == 201
    assert (await post(network, "/users", ADA))[0] == 409
    _, session = await post(network, "/sessions", ADA)
    text = " ".join(span.to_json() for span in recorder.spans())
    assert "POST /credentials" in text
    for secret in (*ADA.values(), session["tokens"]["access_token"], "$argon2"):
        assert secret not in text
