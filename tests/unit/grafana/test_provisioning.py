"""What Grafana is given at its start: data sources, ways between them, and settings that keep it closed and quiet."""

import re
from configparser import ConfigParser
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.unit.grafana.names import ROOT
from tests.unit.grafana.test_names import unknown

Json = dict[str, Any]

FOLDER = ROOT / "grafana"
MOUNTED = "/etc/whodunit"


def of_the_environment(text: str) -> str:
    """As Grafana reads a value of a provisioning file: `$NAME` is the environment's, `$$` a dollar."""
    return re.sub(r"\$(\$|\w+)", lambda match: "$" if match[1] == "$" else f"<{match[1]}>", text)


@pytest.fixture(scope="module")
def sources() -> dict[str, Json]:
    """The data sources by their uid, after the environment has been filled in."""
    text = (FOLDER / "provisioning" / "datasources" / "datasources.yaml").read_text(encoding="utf-8")
    return {source["uid"]: source for source in YAML(typ="safe").load(of_the_environment(text))["datasources"]}


@pytest.fixture(scope="module")
def service() -> Json:
    """Grafana in the compose file."""
    found: Json = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]["grafana"]
    return found


@pytest.fixture(scope="module")
def settings() -> ConfigParser:
    parser = ConfigParser(interpolation=None)
    parser.read(FOLDER / "grafana.ini", encoding="utf-8")
    return parser


def test_addresses_come_from_the_environment(sources: dict[str, Json], service: Json) -> None:
    assert {uid: source["url"] for uid, source in sources.items()} == {
        "prometheus": "<PROMETHEUS_URL>",
        "loki": "<LOKI_URL>",
        "jaeger": "<JAEGER_URL>",
    }
    named = re.findall(r"<(\w+)>", " ".join(source["url"] for source in sources.values()))
    assert {name: service["environment"][name] for name in named} == {
        "PROMETHEUS_URL": "http://prometheus:9090/prometheus",
        "LOKI_URL": "http://loki:3100",
        "JAEGER_URL": "http://jaeger:16686/jaeger",
    }


def test_every_signal_leads_to_the_others(sources: dict[str, Json]) -> None:
    prometheus, loki, jaeger = (sources[uid]["jsonData"] for uid in ("prometheus", "loki", "jaeger"))
    assert [(each["name"], each["datasourceUid"]) for each in prometheus["exemplarTraceIdDestinations"]] == [
        ("trace_id", "jaeger")
    ]
    assert [
        (each["matcherType"], each["matcherRegex"], each["url"], each["datasourceUid"])
        for each in loki["derivedFields"]
    ] == [("label", "trace_id", "${__value.raw}", "jaeger")]
    assert jaeger["tracesToLogsV2"]["datasourceUid"] == "loki"
    assert jaeger["tracesToMetrics"]["datasourceUid"] == "prometheus"


def test_a_span_is_joined_by_its_process(sources: dict[str, Json]) -> None:
    jaeger = sources["jaeger"]["jsonData"]
    trace, process = 'trace_id="${__trace.traceId}"', 'service_instance_id="${__span.tags["service.instance.id"]}"'
    assert jaeger["tracesToLogsV2"]["query"] == f'{{service_name=~".+"}} | {trace} | {process}'
    joined = [{"key": "service.instance.id", "value": "service_instance_id"}]
    assert jaeger["tracesToLogsV2"]["tags"] == jaeger["tracesToMetrics"]["tags"] == joined


def test_a_spans_metrics_are_emitted(sources: dict[str, Json]) -> None:
    queries = [query["query"] for query in sources["jaeger"]["jsonData"]["tracesToMetrics"]["queries"]]
    assert queries
    assert all("{$__tags}" in query for query in queries)
    assert [unknown(query.replace("$__tags", 'service_instance_id="x"')) for query in queries] == [[]] * len(queries)


def test_files_are_found_where_they_are_mounted(settings: ConfigParser, service: Json) -> None:
    assert f"./grafana:{MOUNTED}:ro" in service["volumes"]
    named = [
        service["environment"]["GF_PATHS_CONFIG"],
        service["environment"]["GF_PATHS_PROVISIONING"],
        settings["dashboards"]["default_home_dashboard_path"],
        *(
            provider["options"]["path"]
            for provider in YAML(typ="safe").load(FOLDER / "provisioning" / "dashboards" / "dashboards.yaml")[
                "providers"
            ]
        ),
    ]
    assert all((FOLDER / path.removeprefix(f"{MOUNTED}/")).exists() for path in named), named


def test_everybody_looks_and_changes_nothing(settings: ConfigParser, sources: dict[str, Json]) -> None:
    assert dict(settings["auth.anonymous"]) == {"enabled": "true", "org_role": "Viewer", "hide_version": "true"}
    assert settings["users"]["viewers_can_edit"] == "true"
    closed = [
        ("users", "allow_sign_up"),
        ("snapshots", "enabled"),
        ("public_dashboards", "enabled"),
        ("unified_alerting", "enabled"),
    ]
    assert [settings[section][key] for section, key in closed] == ["false"] * len(closed)
    assert {source["editable"] for source in sources.values()} == {False}


def test_nothing_is_asked_of_the_internet(settings: ConfigParser) -> None:
    assert set(settings["analytics"].values()) == {"false"}
    assert settings["news"]["news_feed_enabled"] == "false"
    assert settings["security"]["disable_gravatar"] == "true"
    assert dict(settings["plugins"]) == {
        "plugin_admin_enabled": "false",
        "preinstall_disabled": "true",
        "preinstall_auto_update": "false",
        "public_key_retrieval_disabled": "true",
        "disable_plugins": settings["plugins"]["disable_plugins"],
    }


def test_it_has_the_memory_that_it_was_seen_to_take_and_takes_less(
    settings: ConfigParser, sources: dict[str, Json], service: Json
) -> None:
    assert int(service["mem_limit"].removesuffix("m")) >= 512
    assert settings["server"]["enable_gzip"] == "false"
    not_started = set(settings["plugins"]["disable_plugins"].split(", "))
    assert len(not_started) == 10
    assert not not_started & {source["type"] for source in sources.values()}
