"""The shop on a real node: it rolls out, and the first order goes through."""

import pytest

from manifests.description import Json
from tests.kubernetes.shop import Shop

pytestmark = pytest.mark.kubernetes


def test_it_rolls_out_and_the_lab_finds_every_program(shop: Shop) -> None:
    found = {each["name"]: each["state"] for each in (*shop.status()["services"], *shop.status()["backends"])}
    assert found.pop("grafana") == "left out"
    assert {name: state for name, state in found.items() if state != "ready"} == {}
    assert restarts(shop.pods()) == {}


def restarts(pods: list[Json]) -> dict[str, int]:
    """How often each container was started again, of those that were."""
    found = ((each["name"], each["restartCount"]) for pod in pods for each in pod["status"]["containerStatuses"])
    return {name: count for name, count in found if count}
