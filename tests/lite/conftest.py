"""The whole shop, started once for all tests that look at it, by the command a user types, and gone after them."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.shop import Shop, open_shop
from tests.picks import picked
from whodunit.incident.proved import proved_on
from whodunit.mystery.cases import is_mystery

Json = dict[str, Any]

FACES = 2
CASES = picked([case for case in proved_on("lite") if not case.scenario.comes_and_goes], FACES)
NAMES = [case.name for case in CASES]
INCIDENTS = [case.name for case in CASES if case.scenario.breaks]
WITH_REMEDIES = tuple(name for name in ("checkout-hangs/gateway-slow", "checkout-hangs/held") if name in NAMES)[:1]
"""Whose remedies are shown to work here: they take minutes; `make verify-all` shows all of them."""

SEALED = tuple(case.name for case in CASES if is_mystery(case) and case.name not in WITH_REMEDIES)
"""Staged as a mystery is; `make verify-all` seals all of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder starts the shop."""
    for item in items:
        if "tests/lite" in item.path.as_posix():
            item.add_marker(pytest.mark.lite)


@pytest.fixture(scope="package")
def shop() -> Iterator[Shop]:
    """A shop that is open, in a state folder of its own."""
    with open_shop() as shop:
        shop.up()
        yield shop


@pytest.fixture(scope="package")
def verify(shop: Shop) -> Callable[[str], Json]:
    """The verdict on a case, by its name; verified at the first call, remembered after."""
    verdicts: dict[str, Json] = {}

    def verdict(name: str) -> Json:
        if name not in verdicts:
            how = ["--remedies"] if name in WITH_REMEDIES else ["--sealed"] if name in SEALED else []
            verdicts[name] = json.loads(shop.run("scenario", "verify", name, *how, "--json", check=False))
        return verdicts[name]

    return verdict


@pytest.fixture(scope="package")
def recorded(shop: Shop, verify: Callable[[str], Json]) -> Shop:
    """The shop after every case has run in it: its telemetry holds them all."""
    for name in NAMES:
        verify(name)
    return shop
