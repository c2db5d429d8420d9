"""A client that knows only the tools finds component and reason: at recordings that are replayed, over HTTP."""

import pytest
from mcp import Client

from bench.assistants import asker
from bench.detective import Detective
from bench.revision import HERE
from bench.shop import open_shop
from whodunit.mystery.citing import read

pytestmark = [pytest.mark.process, pytest.mark.anyio]

CASES = {
    "checkout-hangs-held": ("payment", "connection-held-across-call"),
    "slow-lists-query-per-row": ("product-catalog", "query-per-row"),
    "product-errors-flag": ("product-catalog", "feature-flag"),
}


@pytest.mark.parametrize("recording", CASES)
async def test_it_finds_who_and_why(recording: str) -> None:
    with open_shop() as shop:
        shop.run("replay", str(HERE / "recordings" / recording))
        async with Client(f"{shop.json('status')['lab']['url']}/mcp") as client:
            found = await Detective(asker(client)).solve()
    assert (found.component, found.reason) == CASES[recording]
    assert found.evidence
    assert [str(read(each)).split()[0] for each in found.evidence] == [each.split()[0] for each in found.evidence]
