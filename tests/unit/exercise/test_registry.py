"""What inventory's exercise asks for is what the shop's registry declares."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from whodunit.exercise.catalogue import exercise
from whodunit.exercise.judging import overhead, service_logs, service_metrics, service_spans

ROOT = Path(__file__).parents[3]
SERVICE = "inventory"


@pytest.fixture(scope="module")
def registry() -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / "docs" / "telemetry.yaml").read_text("utf-8"))


def test_the_counter_of_reservations(registry: Any) -> None:
    (declared,) = (each for each in registry["metrics"] if each["name"] == service_metrics.RESERVATIONS)
    assert declared["instrument"] == service_metrics.COUNTER
    assert declared["attributes"] == [service_metrics.OUTCOME]
    assert f"({', '.join(service_metrics.OUTCOMES)})" in declared["brief"]


def test_the_log_lines(registry: Any) -> None:
    declared = {each["body"]: each["severity"] for each in registry["logs"] if each["service"] == SERVICE}
    assert (declared[service_logs.LATE], declared[service_logs.AWAY]) == ("WARN", "ERROR")


def test_the_attributes(registry: Any) -> None:
    asked = {service_spans.PRODUCTS, service_logs.ORDER, service_logs.LATE_BY}
    assert asked <= {each["name"] for each in registry["attributes"]}


def test_inventory_has_no_spans_of_its_own_but_these(registry: Any) -> None:
    assert {each["name"] for each in registry["spans"] if each["service"] == SERVICE} == set(overhead.OF_REGISTRY)


def test_the_text_names_what_is_asked_for() -> None:
    text = exercise("instrument-inventory").text.read_text("utf-8")
    asked = (service_metrics.RESERVATIONS, service_logs.LATE, service_logs.AWAY, service_logs.LATE_BY)
    assert [each for each in asked if each not in text] == []
