from pathlib import Path

import pytest
from ruamel.yaml import YAML

from whodunit.telemetry import generate
from whodunit.telemetry.prometheus_names import label_name
from whodunit.telemetry.promql import label
from whodunit.telemetry.stack import names
from whodunit.telemetry.vocabulary import ATTRIBUTES, METRICS

REPOSITORY = Path(__file__).parents[3]
REGISTRY = YAML(typ="safe", pure=True).load((REPOSITORY / generate.REGISTRY).read_text("utf-8"))


def test_the_committed_vocabulary_is_generated_from_what_is_declared() -> None:
    committed = (REPOSITORY / generate.MODULE).read_text("utf-8")
    assert committed == generate.rendered(REGISTRY), "run: python -m whodunit.telemetry.generate"


def test_every_declared_name_can_be_told_from_its_translation() -> None:
    assert len({label_name(key) for key in ATTRIBUTES}) == len(ATTRIBUTES)
    assert len({metric.family for metric in METRICS.values()}) == len(METRICS)


def test_every_attribute_has_a_namespace() -> None:
    of_metrics = {key for each in REGISTRY["metrics"] for key in each["attributes"]}
    own = of_metrics | {each["name"] for each in REGISTRY["attributes"]}
    assert [key for key in own if "." not in key] == []


SERIES = [
    "shop_payment_duration_seconds_bucket",
    "shop_payment_duration_seconds_count",
    "shop_payment_duration_seconds_sum",
    "shop_payment_results_total",
    "db_client_connection_count",
    "new_thing_seconds_bucket",
    "new_thing_seconds_count",
    "new_thing_seconds_sum",
    "new_thing_failures_total",
    "new_thing",
]


def test_series_are_parts_of_metrics() -> None:
    found = {metric.name: (metric.kind, metric.monotonic) for metric in names.metrics(SERIES)}
    assert found == {
        "shop.payment.duration": ("histogram", False),
        "shop.payment.results": ("sum", True),
        "db.client.connection.count": ("sum", False),
        "new_thing_seconds": ("histogram", False),
        "new_thing_failures_total": ("sum", True),
        "new_thing": ("gauge", False),
    }


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("new.thing", "new_thing"),
        ("new.thing.failures", "new_thing_failures_total"),
        ("new_thing_failures_total", "new_thing_failures_total"),
        ("new.thing.seconds", "new_thing_seconds"),
        ("new.thi", None),
    ],
)
def test_a_metric_that_is_not_declared_is_found_by_either_name(name: str, family: str | None) -> None:
    found = names.find(name, SERIES)
    assert (found and found.family) == family


def test_attributes_get_their_dots_back() -> None:
    labels = {"service_peer_name": "gateway", "shop_order_id": "7", "some_thing": "x"}
    assert names.attributes(labels) == {"service.peer.name": "gateway", "shop.order.id": "7", "some_thing": "x"}
    assert (label("service"), label("service.peer.name")) == ("service_name", "service_peer_name")
