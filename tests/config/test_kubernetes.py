"""What kubernetes/base promises, read from its files. Kustomize reads them in tests/stack/test_kubernetes.py."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from kit.server import STOP_WITHIN_S
from kit.telemetry import FLUSH_WITHIN_S
from manifests.beyond import CHECKS
from manifests.calls import Call, calls
from manifests.description import ROOT, programs, release, secrets
from manifests.render import BASE, files
from services.order.app import FINISH_WITHIN_S
from tests.config.stack_files import containers
from whodunit.stack.parts import parts
from whodunit.stack.settings import StackSettings
from whodunit.topology import BY_NAME, HISTORY

Json = dict[str, Any]

FOLDER = ROOT / BASE
LAPTOP_MIB = 2048
WORKLOADS = ("Deployment", "StatefulSet")
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN(?!_URL)|HEADERS")
OPEN_PASSWORD = re.compile(r"://[^/\s:@]*:(?!\$\()[^/\s@]+@")
LAB_REACHES_ALL, TELLS_ALL = "lab", {"lab", "otel-collector"}


def documents() -> list[Json]:
    reader = YAML(typ="safe", pure=True)
    return [
        each for path in sorted(FOLDER.glob("*.yaml")) for each in reader.load_all(path.read_text(encoding="utf-8"))
    ]


DOCUMENTS = documents()


def of_kind(*kinds: str) -> dict[str, Json]:
    return {each["metadata"]["name"]: each for each in DOCUMENTS if each["kind"] in kinds}


PODS = {name: each["spec"]["template"] for name, each in of_kind(*WORKLOADS).items()}
CONTAINERS = {
    f"{name}/{each['name']}": each
    for name, pod in PODS.items()
    for each in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
}
LASTING = {f"{name}/{each['name']}": each for name, pod in PODS.items() for each in pod["spec"]["containers"]}


def test_the_files_are_what_docker_compose_says() -> None:
    made = files()
    committed = {path: (ROOT / path).read_text(encoding="utf-8") for path in made if (ROOT / path).exists()}
    assert committed == dict(made), "run: make kubernetes"
    assert {f"{BASE}/{path.name}" for path in FOLDER.iterdir()} <= set(made), "run: make kubernetes"


def test_everything_that_compose_starts_runs_in_one_pod() -> None:
    assert sorted(each.partition("/")[2] for each in LASTING) == sorted(containers())


def test_what_shares_a_volume_in_memory_shares_a_pod() -> None:
    assert [each for each in LASTING if each.startswith("order/")] == ["order/order", "order/order-backup"]
    in_memory = [each for pod in PODS.values() for each in pod["spec"].get("volumes", ()) if "emptyDir" in each]
    assert {each["name"] for each in in_memory} == {"order-volume", "order-backup-volume"}
    assert all(each["emptyDir"] == {"medium": "Memory", "sizeLimit": "64Mi"} for each in in_memory)


def test_state_is_kept_by_stateful_sets() -> None:
    claims = {
        name: [claim["metadata"]["name"] for claim in each["spec"]["volumeClaimTemplates"]]
        for name, each in of_kind("StatefulSet").items()
    }
    kept = {name: [name] for name in ("postgres", "prometheus", "loki", "grafana", "lab")}
    assert claims == kept | {"otel-collector": ["queue"]}
    assert set(of_kind("PersistentVolumeClaim")) == {"flags"}


def test_whoever_drains_is_called_no_more_before() -> None:
    for name in BY_NAME:
        end = LASTING[f"{name}/{name}"]["lifecycle"]["preStop"]["sleep"]["seconds"]
        needed = end + STOP_WITHIN_S + FINISH_WITHIN_S + FLUSH_WITHIN_S
        assert 0 < end < needed <= PODS[name]["spec"]["terminationGracePeriodSeconds"], name


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_rights_and_no_token(name: str) -> None:
    spec = PODS[name]["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert of_kind("ServiceAccount")[spec["serviceAccountName"]]["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert not any("hostPath" in volume for volume in spec.get("volumes", ()))


@pytest.mark.parametrize("name", PODS)
def test_no_variable_of_another_service_gets_into_a_program(name: str) -> None:
    assert PODS[name]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_is_confined_and_limited(name: str) -> None:
    container = CONTAINERS[name]
    context, resources = container["securityContext"], container["resources"]
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"]["drop"] == ["ALL"]
    assert set(context["capabilities"].get("add", ())) <= {"NET_BIND_SERVICE"}
    assert set(resources["requests"]) == {"cpu", "memory"}
    assert mib(resources["requests"]["memory"]) <= mib(resources["limits"]["memory"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_image_has_a_tag_that_stays(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:v?\d[\w.]*", CONTAINERS[name]["image"])


@pytest.mark.parametrize("name", PODS)
def test_containers_and_ports_have_names_of_their_own(name: str) -> None:
    spec = PODS[name]["spec"]
    containers = [each["name"] for each in (*spec.get("initContainers", ()), *spec["containers"])]
    ports = [port["name"] for each in spec["containers"] for port in each.get("ports", ())]
    assert sorted(set(containers)) == sorted(containers)
    assert sorted(set(ports)) == sorted(ports), "name them in PORT_NAMES, in manifests/beyond.py"


def test_a_program_waits_where_compose_says_so_for_one_that_it_calls() -> None:
    waits = {name: pod["spec"]["initContainers"] for name, pod in PODS.items() if "initContainers" in pod["spec"]}
    doors = {
        name: [door for each in found for door in re.findall(r"/dev/tcp/(\S+);", each["args"][-1])]
        for name, found in waits.items()
    }
    keeping = {name for name, service in BY_NAME.items() if service.owns_database} | {"lab", HISTORY}
    assert doors == {name: ["postgres/5432"] for name in keeping} | {"frontend-proxy": ["lab/8080"]}


def test_the_page_builds_our_image_under_the_tag_that_pods_name() -> None:
    page = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    assert {f"whodunit:{release()}"} == set(re.findall(r" (whodunit:[\w.]+)", page))
    assert LASTING["lab/lab"]["image"] == f"whodunit:{release()}"


@pytest.mark.parametrize("name", LASTING)
def test_a_container_says_when_it_is_ready(name: str) -> None:
    probe = LASTING[name]["readinessProbe"]
    assert len({"httpGet", "tcpSocket", "exec"} & set(probe)) == 1
    # A fault that stops a service has to last: nothing restarts it, as nothing does in Compose.
    assert "livenessProbe" not in LASTING[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_service_is_asked_what_its_check_asks(name: str) -> None:
    assert LASTING[f"{name}/{name}"]["readinessProbe"]["httpGet"] == {"port": 8080, "path": "/readyz"}


def test_images_without_a_check_are_asked_what_the_lab_asks() -> None:
    asked = {part.name: part.probe for part in parts(StackSettings())}
    ours = {name: f"http://{name}:{check.port}{check.path}" for name, check in CHECKS.items()}
    assert ours == {name: asked[name] for name in CHECKS}


def test_together_they_ask_for_no_more_than_a_laptop_has() -> None:
    assert sum(mib(each["resources"]["requests"]["memory"]) for each in LASTING.values()) <= LAPTOP_MIB


def test_the_memory_limits_are_those_of_compose() -> None:
    limits = {name.partition("/")[2]: mib(each["resources"]["limits"]["memory"]) for name, each in LASTING.items()}
    assert limits == {name: program.memory_mib for name, program in programs().items()}


def test_no_manifest_holds_a_secret() -> None:
    given = [(name, each) for name, container in CONTAINERS.items() for each in container.get("env", ())]
    told = {f"{name} {each['name']}": each["value"] for name, each in given if each.get("value")}
    kept = set(secrets().values()) - {""}
    named = {name for name, value in told.items() if SECRET_NAME.search(name) and not value.startswith("$(")}
    assert {name for name, value in told.items() if value in kept or OPEN_PASSWORD.search(value)} | named == set()
    url = environment("payment/payment")["DATABASE_URL"]["value"]
    assert url == "postgresql+asyncpg://payment:$(SHOP_DB_PASSWORD)@postgres:5432/payment"


@pytest.mark.parametrize("name", LASTING)
def test_a_value_refers_to_variables_above_it(name: str) -> None:
    above: set[str] = set()
    for variable in LASTING[name].get("env", ()):
        assert set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) <= above
        above.add(variable["name"])


@pytest.mark.parametrize("name", sorted(name for name, each in programs().items() if each.sends_telemetry))
def test_telemetry_says_where_it_comes_from(name: str) -> None:
    pod = next(each.partition("/")[0] for each in LASTING if each.endswith(f"/{name}"))
    kind = of_kind(*WORKLOADS)[pod]["kind"].lower()
    found = environment(f"{pod}/{name}")
    attributes = dict(each.split("=") for each in found["OTEL_RESOURCE_ATTRIBUTES"]["value"].split(","))
    assert attributes["service.namespace"] == "shop"
    assert (attributes["k8s.container.name"], attributes[f"k8s.{kind}.name"]) == (name, pod)
    for attribute, field in (("k8s.pod.name", "metadata.name"), ("k8s.pod.uid", "metadata.uid")):
        variable = attributes[attribute].removeprefix("$(").removesuffix(")")
        assert found[variable]["valueFrom"] == {"fieldRef": {"fieldPath": field}}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_service_calls_its_peers_and_nobody_else(name: str) -> None:
    service = BY_NAME[name]
    peers = {*service.peers} | ({"postgres"} if service.owns_database else set())
    peers |= {"name-server"} if service.asks_names else set()
    peers |= {HISTORY} if service.at_times else set()
    called = {call.callee for call in allowed() if call.caller == name}
    assert called - TELLS_ALL == peers
    assert ("otel-collector" in called) != service.is_external


@pytest.mark.parametrize("name", BY_NAME)
def test_a_service_is_called_by_whom_the_map_says(name: str) -> None:
    callers = {each.name for each in BY_NAME.values() if name in each.peers} | {LAB_REACHES_ALL}
    callers |= {"frontend-proxy"} if name == "frontend" else set()
    assert {call.caller for call in allowed() if call.callee == name} == callers


def test_both_ends_of_every_call_allow_it_and_nothing_else() -> None:
    pod_of = {each.partition("/")[2]: each.partition("/")[0] for each in LASTING}
    wanted = {Call(pod_of[call.caller], pod_of[call.callee], call.port) for call in calls()}
    assert allowed() == wanted
    assert set(admitted()) == wanted


def test_everything_else_is_forbidden_but_asking_for_names() -> None:
    spec = of_kind("NetworkPolicy")["default"]["spec"]
    assert spec["podSelector"] == {}
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == []
    assert [port["port"] for rule in spec["egress"] for port in rule["ports"]] == [53, 53]
    assert set(of_kind("NetworkPolicy")) == {"default", *PODS}


def test_whoever_is_called_has_a_service_that_leads_there() -> None:
    services = of_kind("Service")
    for call in allowed():
        spec = services[call.callee]["spec"]
        assert call.port in {port["port"] for port in spec["ports"]}
        assert spec["selector"].items() <= PODS[call.callee]["metadata"]["labels"].items()


def test_one_whose_check_asks_the_lab_can_be_reached_before() -> None:
    before = {name for name, each in of_kind("Service").items() if each["spec"].get("publishNotReadyAddresses")}
    assert before == {"loadgen"}


def test_a_drain_may_take_every_service_of_the_shop() -> None:
    assert set(of_kind("PodDisruptionBudget")) == set(BY_NAME)


def test_configuration_is_mounted_as_it_lies_in_the_checkout() -> None:
    volumes = {
        name: each for name, pod in PODS.items() for each in pod["spec"].get("volumes", ()) if "configMap" in each
    }
    assert {each["configMap"]["name"] for each in volumes.values()} == {
        mount.folder for program in programs().values() for mount in program.mounts if mount.is_configuration
    }
    paths = [item["path"] for item in volumes["grafana"]["configMap"]["items"]]
    assert "provisioning/datasources/datasources.yaml" in paths
    assert volumes["postgres"]["configMap"]["defaultMode"] == 0o555  # its entry point runs what it may


def allowed() -> set[Call]:
    return {
        Call(name, peer, port)
        for name, rules in policies("egress")
        for rule in rules
        for peer in peers(rule["to"])
        for port in ports(rule)
    }


def admitted() -> Iterator[Call]:
    for name, rules in policies("ingress"):
        for rule in rules:
            yield from (Call(peer, name, port) for peer in peers(rule["from"]) for port in ports(rule))


def policies(direction: str) -> Iterator[tuple[str, list[Json]]]:
    for name, policy in of_kind("NetworkPolicy").items():
        if name != "default":
            assert policy["spec"]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}
            yield name, policy["spec"][direction]


def peers(selectors: list[Json]) -> list[str]:
    return [each["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for each in selectors]


def ports(rule: Json) -> set[int]:
    return {port["port"] for port in rule["ports"]}


def environment(container: str) -> dict[str, Json]:
    return {variable["name"]: variable for variable in LASTING[container]["env"]}


def mib(amount: str) -> int:
    return int(amount.removesuffix("Mi"))
