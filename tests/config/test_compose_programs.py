"""The programs' configuration files: they parse, name no host, and use no variable that nobody sets."""

import json
import re
from pathlib import Path

import pytest

from tests.config.stack_files import ROOT, Json, containers, yaml
from whodunit.stack.settings import LogStore

FILES = {
    "otel-collector": [f"collector/{name}.yaml" for name in ("collector", "loki", "store", "contrib", "vendor")],
    "prometheus": ["prometheus/prometheus.yml"],
    "jaeger": ["jaeger/jaeger.yaml"],
    "loki": ["loki/loki.yaml"],
    "frontend-proxy": ["proxy/Caddyfile"],
    "postgres": ["postgres/init.sh"],
}
PAIRS = [(name, ROOT / file) for name, files in FILES.items() for file in files]
VARIABLE = re.compile(r"\$\{env:(\w+)|\$\{(\w+)(?::-[^}]*)?\}|\{\$(\w+)|\$(SHOP_\w+)")
COLLECTOR = yaml(ROOT / "collector" / "collector.yaml")
LOG_STORES = [each.value for each in LogStore]
FOR_LOCAL_BACKENDS = {"transform/long_attributes", "transform/failed_spans"}
"""Processors that answer a limit of Loki's or Jaeger's own."""

SIGNALS = ("traces", "metrics", "logs")


def without_comments(path: Path) -> str:
    return re.sub(r"(?m)^\s*#.*$|\s#\s.*$", "", path.read_text())


@pytest.mark.parametrize("path", [path for _, path in PAIRS if path.suffix in {".yaml", ".yml"}], ids=lambda p: p.name)
def test_a_file_parses(path: Path) -> None:
    assert yaml(path)


def test_the_menu_of_jaeger_parses() -> None:
    assert json.loads((ROOT / "jaeger" / "ui.json").read_text())["monitor"] == {"menuEnabled": True}


@pytest.mark.parametrize(("container", "path"), PAIRS, ids=lambda each: getattr(each, "name", each))
def test_every_variable_of_a_file_is_set_for_its_container(container: str, path: Path) -> None:
    used = {next(filter(None, match.groups())) for match in VARIABLE.finditer(without_comments(path))}
    assert used <= set(containers()[container].environment)


@pytest.mark.parametrize("path", [path for _, path in PAIRS if path.suffix != ".sh"], ids=lambda each: each.name)
def test_hosts_stand_in_the_compose_file_alone(path: Path) -> None:
    fixed = VARIABLE.sub("", re.sub(r"\$\{[^}]*\}|\{\$[^}]*\}", "", without_comments(path)))
    assert not re.search(r"\b(" + "|".join(containers()) + r"|0\.0\.0\.0):\d", fixed)


def pipelines(log_store: str) -> Json:
    """The Collector's pipelines where that one keeps the log records."""
    own: Json = yaml(ROOT / "collector" / f"{log_store}.yaml")["service"]["pipelines"]
    assert {f"logs/{log_store}"} <= set(own)
    return {**COLLECTOR["service"]["pipelines"], **own}


@pytest.mark.parametrize("log_store", LOG_STORES)
def test_every_signal_is_limited_redacted_and_kept_until_it_is_taken(log_store: str) -> None:
    found = pipelines(log_store)
    assert {name.partition("/")[0] for name in found} == set(SIGNALS)
    for pipeline in found.values():
        assert pipeline["processors"][:2] == ["memory_limiter", "redaction/secrets"]
        assert all_wait_on_disk(pipeline)


def all_wait_on_disk(pipeline: Json) -> bool:
    exporters = [COLLECTOR["exporters"][name] for name in pipeline["exporters"] if name in COLLECTOR["exporters"]]
    return bool(exporters) and all(map(waits_on_disk, exporters))


def waits_on_disk(exporter: Json) -> bool:
    queue, retry = exporter["sending_queue"], exporter["retry_on_failure"]
    return bool(queue["storage"] == "file_storage/queue" and retry["max_elapsed_time"] == "0s")


def test_a_vendor_gets_all_signals_after_the_same_redaction() -> None:
    vendor, local = yaml(ROOT / "collector" / "vendor.yaml"), pipelines("loki")
    for signal, name in zip(SIGNALS, ("traces", "metrics", "logs/loki"), strict=True):
        ours, theirs = local[name], vendor["service"]["pipelines"][f"{signal}/vendor"]
        assert theirs["receivers"] == ours["receivers"]
        assert set(theirs["processors"]) >= set(ours["processors"]) - FOR_LOCAL_BACKENDS
        assert theirs["exporters"] == ["otlp_http/vendor"]
    assert waits_on_disk(vendor["exporters"]["otlp_http/vendor"])


def test_what_contrib_adds_stands_in_pipelines_of_its_own() -> None:
    contrib = yaml(ROOT / "collector" / "contrib.yaml")
    assert not set(contrib["service"]["pipelines"]) & set(COLLECTOR["service"]["pipelines"])
    assert not set(contrib.get("receivers", {})) & set(COLLECTOR["receivers"])


def test_every_threshold_is_a_boundary_of_the_span_metrics() -> None:
    buckets = COLLECTOR["connectors"]["span_metrics"]["histogram"]["explicit"]["buckets"]
    assert {"750ms", "1s", "5s", "10s", "12s"} <= set(buckets)
