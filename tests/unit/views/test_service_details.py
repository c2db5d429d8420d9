import pytest

from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.views.service_details import ANSWERS, Details, details

BOUNDS = [0.1, 1.0]


def answered(store: DuckStore, counts: list[int], route: str = "/products", release: str = "1.0", **more: str) -> None:
    of = {"http.request.method": "GET", "http.route": route} | more
    store.histogram(ANSWERS, "product-catalog", 10, counts, BOUNDS, attributes=of, release=release)


def seen(store: DuckStore) -> Details:
    return details(StoreTelemetry(store), MINUTE)


def test_each_release_has_its_share_its_failures_and_its_time(store: DuckStore) -> None:
    answered(store, [60, 0, 0], release="0.1.0")
    answered(store, [0, 10, 0], release="0.2.0")
    answered(store, [0, 30, 0], release="0.2.0", **{"error.type": "500"})
    old, new = seen(store).releases["product-catalog"]
    assert (old.version, old.share, old.error_ratio) == ("0.1.0", 0.6, 0)
    assert old.p95_s == pytest.approx(0.095)
    assert (new.version, new.share, new.error_ratio) == ("0.2.0", 0.4, 0.75)
    assert new.p95_s == pytest.approx(0.955)


def test_the_slowest_route_is_known_by_its_method(store: DuckStore) -> None:
    answered(store, [0, 5, 0])
    answered(store, [500, 0, 0], "/products/{id}")
    slowest = seen(store).slowest_route["product-catalog"]
    assert slowest.name == "GET /products"
    assert slowest.p95_s == pytest.approx(0.955)


def test_the_lag_of_each_event_loop_is_known(store: DuckStore) -> None:
    store.histogram("shop.event_loop.lag", "order", 10, [100, 0, 0], BOUNDS)
    assert seen(store).event_loop_lag_s == {"order": pytest.approx(0.095)}


def test_without_measurements_there_is_nothing(store: DuckStore) -> None:
    assert seen(store) == Details()
