"""What docker-compose.yml promises about every container, read from the file."""

import re
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from tests.config.stack_files import COMPOSE_FILE, ENV_FILE, ROOT, containers, services, yaml
from tests.stack.harness import compose
from whodunit.entry.cli import build
from whodunit.launcher import as_typed, replacement
from whodunit.topology import NODES, SERVICES, WITH_NODES, Service

TEXT = COMPOSE_FILE.read_text()
NAMES = sorted(services())
HAVE_NOTHING_TO_CHECK_WITH = {"otel-collector", "prometheus", "jaeger", "loki", "grafana", "frontend-proxy", "drill"}
OWN_IMAGE = "whodunit"
OWN_IMAGES = {OWN_IMAGE, "whodunit-browsers", "whodunit-drill"}


def test_it_stays_small() -> None:
    assert len(NAMES) <= 25
    assert len(TEXT.splitlines()) <= 325
    assert [key for key in yaml(COMPOSE_FILE) if key.startswith("x-")] == ["x-service"]


@pytest.mark.parametrize("name", NAMES)
def test_no_container_has_more_rights_than_it_needs(name: str) -> None:
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "pid", "network_mode", "devices", "ipc", "userns_mode"} & set(service)
    if name == "postgres":  # its entry point becomes the user postgres
        assert "user" not in service
    else:
        assert not service["user"].startswith(("0", "root"))
        assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}


def test_a_folder_in_place_of_inventory_is_told_what_lite_tells_it() -> None:
    override = yaml(ROOT / "exercises" / "instrument-inventory" / "compose.yaml")["services"]
    assert list(override) == ["inventory"]
    inventory = override["inventory"]
    assert inventory["command"] == ["python", as_typed.MAIN]
    assert inventory["environment"].keys() - replacement.TELEMETRY.keys() == {"DATABASE_URL"}
    assert inventory["environment"].items() >= replacement.TELEMETRY.items()
    (mount,) = inventory["volumes"]
    assert mount.endswith(f":{inventory['working_dir']}:ro")
    assert "volumes" in services()["inventory"]  # the flags: mounts of both files are joined by where they go


@pytest.mark.parametrize("name", NAMES)
def test_every_container_has_a_memory_limit(name: str) -> None:
    assert re.fullmatch(r"\d+m", services()[name]["mem_limit"])


@pytest.mark.parametrize("name", NAMES)
def test_mounts_are_volumes_or_read_only_configuration(name: str) -> None:
    volumes = yaml(COMPOSE_FILE)["volumes"]
    for mount in services()[name].get("volumes", ()):
        source, _, rest = mount.partition(":")
        if source.startswith("./"):
            assert rest.endswith(":ro")
            assert (COMPOSE_FILE.parent / source).is_dir()
        else:
            assert source in volumes
    assert "docker.sock" not in TEXT


@pytest.mark.parametrize("name", NAMES)
def test_only_the_lab_writes_the_flags(name: str) -> None:
    writes = [
        mount for mount in services()[name].get("volumes", ()) if mount.startswith("flags:") and ":ro" not in mount
    ]
    assert bool(writes) == (name == "lab")


def test_one_port_is_published_on_loopback_unless_asked() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert published == {"frontend-proxy": ["${WHODUNIT_BIND:-127.0.0.1}:${WHODUNIT_PORT:-8080}:8080"]}


def test_only_the_lab_speaks_on_the_terminal() -> None:
    assert [name for name, service in services().items() if service["attach"]] == ["lab"]


@pytest.mark.parametrize("name", NAMES)
def test_images_come_from_the_settings(name: str) -> None:
    image = services()[name]["image"]
    if image not in OWN_IMAGES:
        variable = re.fullmatch(r"[a-z/-]+:\$\{([A-Z]+_TAG)\}", image)
        assert variable
        assert compose.variables(ENV_FILE)[variable[1]]


def test_our_images_are_built_once_each_and_asked_of_no_registry() -> None:
    built = {service["image"]: (name, service["build"]) for name, service in services().items() if "build" in service}
    stage = {"context": ".", "args": {"PYTHON_TAG": "${PYTHON_TAG}"}}
    assert built == {
        OWN_IMAGE: ("lab", stage | {"target": "whodunit"}),
        "whodunit-browsers": ("loadgen-browsers", stage | {"target": "browsers"}),
        "whodunit-drill": ("drill", stage | {"target": "drill"}),
    }
    ours = {name for name, service in services().items() if service["image"] in OWN_IMAGES}
    assert {name for name, service in services().items() if service.get("pull_policy") == "never"} == ours


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_kept_by_a_driver_that_podman_has_and_are_few(name: str) -> None:
    logging = services()[name]["logging"]
    assert logging["driver"] == "json-file"
    assert set(logging["options"]) == {"max-size", "max-file"}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_can_be_asked_is_asked(name: str) -> None:
    assert ("healthcheck" in services()[name]) == (name not in HAVE_NOTHING_TO_CHECK_WITH)


@pytest.mark.parametrize("name", sorted(set(NAMES) - HAVE_NOTHING_TO_CHECK_WITH))
def test_a_check_asks_equally_often_on_every_engine(name: str) -> None:
    """Compose refuses a `start_interval` before engine 25; from there on a `start_period` without one means 5 s."""
    assert set(services()[name]["healthcheck"]) == {"test", "interval", "retries"}


def test_containers_wait_for_postgres_only_and_the_entry_for_the_lab() -> None:
    waiting = {name: set(found.after) for name, found in containers().items() if found.after}
    ours = {name for name, found in containers().items() if found.program == OWN_IMAGE} - {"name-server"}
    assert waiting == {"frontend-proxy": {"lab"}} | {name: {"postgres"} for name in ours}
    assert {how for found in containers().values() for how in found.after.values()} == {"service_healthy"}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_is_told_what_it_needs(service: Service) -> None:
    container = containers()[service.name]
    assert container.command == ("python", "-m", f"{service.package}.main")
    peers = {name for name in container.environment if name.endswith("_URL")} - {"LAB_URL", "DATABASE_URL"}
    assert peers == {WITH_NODES[peer].url_variable for peer in (*service.peers, *service.at_times)}
    for peer in service.peers:
        assert container.environment[WITH_NODES[peer].url_variable] == f"http://{peer}:8080"
    if service.is_external:
        assert container.environment["OTEL_SDK_DISABLED"] == "true"
    else:
        assert container.environment["OTEL_SERVICE_NAME"] == service.name
        receiver = "TEAM_OTLP_HTTP_LISTEN" if service.exports_apart else "OTLP_HTTP_LISTEN"
        port = containers()["otel-collector"].environment[receiver].rpartition(":")[2]
        assert container.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://otel-collector:{port}"


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_a_node_is_found_where_it_listens_and_keeps_its_rows_apart(node: Service) -> None:
    found = containers(SHOP_DB_PASSWORD="p")
    addresses = {found[name].environment[node.url_variable] for name in ("frontend", "history")}
    assert addresses == {f"http://history:{node.port}"}
    name = node.name.replace("-", "_")
    kept = f"postgresql+asyncpg://{name}:p@postgres:5432/{name}" if node.name.count("-") == 1 else None
    assert found["history"].environment.get(node.database_variable) == kept


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_that_keeps_data_has_a_database_of_its_own(service: Service) -> None:
    url = containers(SHOP_DB_PASSWORD="p")[service.name].environment.get("DATABASE_URL")
    if not service.owns_database:
        assert url is None
        return
    assert url
    name = service.name.replace("-", "_")
    parts = urlsplit(url)
    assert (parts.scheme, parts.username, parts.password) == ("postgresql+asyncpg", name, "p")
    assert (parts.hostname, parts.port, parts.path) == ("postgres", 5432, f"/{name}")
    script = (COMPOSE_FILE.parent / "postgres" / "init.sh").read_text()
    made = re.search(r"^for \w+ in (.+); do$", script, re.MULTILINE)
    assert made
    assert name in {each.partition(":")[0] for each in made[1].split()}


def test_addresses_name_containers() -> None:
    hosts = {
        host
        for found in containers().values()
        for value in (*found.environment.values(), *found.command)
        for host in re.findall(r"(?:^|//|@)([a-z-]+):\d+", value)
    }
    assert hosts <= set(NAMES)


def test_a_vendor_is_added_by_its_variable() -> None:
    without, with_one = containers(), containers(VENDOR_OTLP_ENDPOINT="https://otlp.example.com")
    added = [word for word in with_one["otel-collector"].command if word not in without["otel-collector"].command]
    assert added == ["--config=/etc/otelcol/vendor.yaml"]
    assert with_one["otel-collector"].environment["VENDOR_OTLP_ENDPOINT"] == "https://otlp.example.com"


def test_the_drill_runs_when_asked_for_by_name_beside_a_stack_that_it_cannot_touch() -> None:
    assert "drill" not in containers()
    drill = containers(COMPOSE_PROFILES="drill")["drill"]
    assert (drill.mounts, drill.environment, drill.after) == ((), {}, {})
    words = drill.command[1:]
    options = CliRunner().invoke(build([*words]), [*words, "--help"])
    assert options.exit_code == 0, options.output
    assert drill.command[-2:] == ("--on", "postgresql")
    assert services()["drill"]["restart"] == "no"


@pytest.mark.parametrize("chosen", ["loadgen", "loadgen-browsers"])
def test_one_setting_says_who_visits_and_the_address_stays_the_same(chosen: str) -> None:
    found = containers(LOADGEN=chosen)
    assert {"loadgen", "loadgen-browsers"} & set(found) == {chosen}
    assert found[chosen].command == ("python", "-m", "whodunit.load.server")
    assert found[chosen].host == "loadgen"
    assert found["lab"].environment["LOADGEN_URL"] == "http://loadgen:8080"


@pytest.mark.parametrize("log_store", ["loki", "store"])
def test_one_setting_says_what_keeps_the_log_records(log_store: str) -> None:
    chosen = containers(LOG_STORE=log_store)
    assert {"loki", "store"} & set(chosen) == {log_store}
    assert f"--config=/etc/otelcol/{log_store}.yaml" in chosen["otel-collector"].command
    assert chosen["lab"].environment["LOG_STORE"] == log_store


def test_what_needs_the_contrib_image_can_be_left_out() -> None:
    with_it, without = (containers(COLLECTOR_CONTRIB=value)["otel-collector"] for value in ("yes", ""))
    assert [word for word in with_it.command if word not in without.command] == ["--config=/etc/otelcol/contrib.yaml"]
