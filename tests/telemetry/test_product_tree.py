"""What a product page looks like in a trace while a feature of the shop makes look-ups fail."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from kit.flags import Flags
from kit.platform import Platform
from kit.variants import FixedVariants
from services.frontend import app as frontend_app
from services.frontend import settings as frontend_settings
from services.product_catalog import app as catalog_app
from services.product_catalog import settings as catalog_settings
from services.recommendation import app as recommendation_app
from services.recommendation import settings as recommendation_settings
from tests.databases import DatabaseUrl
from tests.flag_files import reading
from tests.telemetry.in_process import InProcessNetwork
from tests.telemetry.recorder import Recorder, served_by

pytestmark = pytest.mark.anyio

SHOWN = ("http.response.status_code", "feature_flag.key", "feature_flag.provider_name", "feature_flag.variant")
PAPER, PAN = 4, 1
SECRET = "0123456789abcdef0123456789abcdef"

FAILED = """\
frontend server GET /api/products/{product_id} ERROR status_code=500
  frontend client GET ERROR status_code=500
    product-catalog server GET /products/{product_id} ERROR status_code=500
      product-catalog internal GetProduct ERROR key=productCatalogFailure provider_name=flagd variant=on"""

NOTHING_RECOMMENDED = """\
frontend server GET /api/products/{product_id}/recommendations status_code=200
  frontend client GET ERROR status_code=502
    recommendation server GET /recommendations ERROR status_code=502
      recommendation internal look up related products key=recommendationCacheFailure provider_name=flagd variant=off
      recommendation client GET ERROR status_code=500
        product-catalog server GET /products/{product_id} ERROR status_code=500
          product-catalog internal GetProduct ERROR key=productCatalogFailure provider_name=flagd variant=on"""


@pytest.fixture
def flags(tmp_path: Path) -> Iterator[Flags]:
    off = {"state": "ENABLED", "variants": {"on": "on", "off": "off"}, "defaultVariant": "off", "targeting": {}}
    features = {"productCatalogFailure": off | {"defaultVariant": "on"}, "recommendationCacheFailure": off}
    path = tmp_path / "flags.json"
    path.write_text(json.dumps({"flags": features}))
    with reading(path) as running:
        yield running


def create_apps(database_url: DatabaseUrl, network: InProcessNetwork, flags: Flags) -> dict[str, FastAPI]:
    platform = Platform(FixedVariants(), network, product_flags=flags.product)
    catalog = "http://product-catalog"
    return {
        "product-catalog": catalog_app.create_app(
            catalog_settings.Settings(database_url=database_url("product-catalog"), reviews=0), platform
        ),
        "recommendation": recommendation_app.create_app(
            recommendation_settings.Settings(product_catalog_url=catalog), platform
        ),
        "frontend": frontend_app.create_app(
            frontend_settings.Settings(
                session_secret=SECRET, product_catalog_url=catalog, recommendation_url="http://recommendation"
            ),
            platform,
        ),
    }


@pytest.fixture
async def client(database_url: DatabaseUrl, flags: Flags, recorder: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    network = InProcessNetwork()
    async with AsyncExitStack() as stack:
        for name, app in create_apps(database_url, network, flags).items():
            network.add(name, app)
            with served_by(name):
                await stack.enter_async_context(app.router.lifespan_context(app))
        recorder.clear()
        yield await stack.enter_async_context(httpx.AsyncClient(transport=network, base_url="http://frontend"))


async def test_the_failing_look_up_names_the_feature(client: httpx.AsyncClient, recorder: Recorder) -> None:
    assert (await client.get(f"/api/products/{PAPER}")).status_code == 500
    assert recorder.tree("GET /api/products/{product_id}", attributes=SHOWN) == FAILED
    (span,) = [span for span in recorder.spans() if span.name == "GetProduct"]
    assert span.status.description == "Error: Product Catalog Fail Feature Flag Enabled"
    (event,) = span.events
    assert event.name == "feature_flag.evaluation"
    assert (event.attributes or {})["feature_flag.result.variant"] == "on"


async def test_it_travels_through_recommendation(client: httpx.AsyncClient, recorder: Recorder) -> None:
    answer = await client.get(f"/api/products/{PAPER}/recommendations")
    assert (answer.status_code, answer.json()) == (200, {"products": []})
    assert recorder.tree("GET /api/products/{product_id}/recommendations", attributes=SHOWN) == NOTHING_RECOMMENDED


async def test_what_does_not_fail_is_no_error(client: httpx.AsyncClient, recorder: Recorder) -> None:
    assert (await client.get(f"/api/products/{PAN}")).status_code == 200
    assert "ERROR" not in recorder.tree("GET /api/products/{product_id}", database=True)
    assert (await client.get("/api/products/241")).status_code == 404
    (_, span) = [span for span in recorder.spans() if span.name == "GetProduct"]
    assert span.status.status_code.name == "UNSET"
