"""docs/telemetry.yaml and a recorded run say the same, both ways."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bench.shop import Shop
from whodunit.incident.proved import proved_on
from whodunit.runs import recordings
from whodunit.runs.recorded_store import RecordedStore
from whodunit.topology import SERVICES, WITH_NODES

Registry = dict[str, Any]

OURS = "shop.%"
TELLING = [name for name, service in WITH_NODES.items() if not service.is_external]
ALWAYS = [name for name in TELLING if name in {service.name for service in SERVICES}]
"""Those of an ordinary shop: nodes run for some visits alone."""

CONVENTIONAL_PREFIXES = (
    *("http.", "url.", "network.", "server.", "client.", "user_agent.", "db.", "error.", "exception."),
    *("code.", "otel.", "thread.", "service.", "asgi.", "feature_flag."),
)
"""Namespaces of the semantic conventions, as the contrib instrumentations use them."""


@pytest.fixture(scope="module")
def registry() -> Registry:
    declared: Registry = YAML(typ="safe").load(Path("docs/telemetry.yaml"))
    return declared


def column(shop: Shop, sql: str) -> set[str]:
    """What the shop's store holds, and the kept recordings: not every case was run just now."""
    found = {str(row[0]) for row in shop.json("sql", sql)["rows"]}
    for case in proved_on("lite"):
        with closing(RecordedStore(recordings.kept(case).run.folder)) as store:
            found |= {str(row[0]) for row in store.sql(sql).rows}
    return found


def must(entries: list[Registry]) -> set[str]:
    """Names that a run over all scenarios has to show."""
    return {entry["name"] for entry in entries if "rare" not in entry}


def test_metrics(recorded: Shop, registry: Registry) -> None:
    sql = "SELECT DISTINCT name FROM metrics"
    seen = column(recorded, sql)
    declared = [*registry["metrics"], *registry["conventions"]["metrics"]]
    assert seen - {entry["name"] for entry in declared} == set()
    assert must(declared) - seen == set()


def test_metric_units_and_attributes(recorded: Shop, registry: Registry) -> None:
    sql = "SELECT DISTINCT name, unit, attr FROM (SELECT name, unit, unnest(map_keys(attributes)) AS attr FROM metrics)"
    seen = {(name, unit, key) for name, unit, key in recorded.json("sql", sql)["rows"]}
    for entry in registry["metrics"]:
        emitted = {(unit, key) for name, unit, key in seen if name == entry["name"]}
        assert {unit for unit, _ in emitted} <= {entry["unit"]}, entry["name"]
        assert {key for _, key in emitted} <= set(entry["attributes"]), entry["name"]


def test_spans_of_our_own(recorded: Shop, registry: Registry) -> None:
    sql = f"SELECT DISTINCT service || ': ' || name FROM spans WHERE scope LIKE '{OURS}'"
    seen = column(recorded, sql)
    declared = {f"{entry['service']}: {entry['name']}" for entry in registry["spans"]}
    required = {f"{entry['service']}: {entry['name']}" for entry in registry["spans"] if "rare" not in entry}
    assert seen - declared == set()
    assert required - seen == set()


def lines(entries: list[Registry], services: list[str]) -> set[str]:
    """The log lines declared, one for each of `services` where any may tell it, and for each of its peers."""
    return {
        f"{service} {entry['severity']}: {entry['body'].replace('PEER', peer)}"
        for entry in entries
        for service in (services if entry["service"] == "any" else [entry["service"]])
        for peer in (_called(service) if "PEER" in entry["body"] else [""])
    }


def _called(service: str) -> tuple[str, ...]:
    return WITH_NODES[service].peers + WITH_NODES[service].at_times


def test_log_lines_of_our_own(recorded: Shop, registry: Registry) -> None:
    sql = f"SELECT DISTINCT service || ' ' || severity || ': ' || body FROM logs WHERE scope LIKE '{OURS}'"
    seen = column(recorded, sql)
    assert seen - lines(registry["logs"], TELLING) == set()
    required = lines([entry for entry in registry["logs"] if "rare" not in entry], ALWAYS)
    assert required - seen == set()


def test_attributes_of_our_own(recorded: Shop, registry: Registry) -> None:
    sql = """SELECT DISTINCT unnest(map_keys(attributes)) FROM spans
             UNION SELECT DISTINCT unnest(map_keys(attributes)) FROM logs"""
    seen = {key for key in column(recorded, sql) if not key.startswith(CONVENTIONAL_PREFIXES)}
    declared = {entry["name"] for entry in registry["attributes"]}
    assert seen - declared == set()
    assert must(registry["attributes"]) - seen == set()
