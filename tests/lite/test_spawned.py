"""The shop where nothing is forked, as on macOS and Windows: it opens, proves a short case, and closes."""

import json

from bench.shop import open_shop
from tests.lite.test_scenarios import failures

SHORT = "product-errors/import"


def test_a_case_is_proved_by_interpreters_of_their_own() -> None:
    with open_shop(WHODUNIT_START_METHOD="spawn") as shop:
        shop.up()
        assert shop.json("status")["lab"]["zygote_pid"] is None
        verdict = json.loads(shop.run("scenario", "verify", SHORT, "--json", check=False))
        assert failures(verdict) == []
        assert verdict["passed"]
        assert "closed" in shop.run("down")
