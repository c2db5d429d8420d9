"""An API server takes what Kustomize makes of kubernetes/: strictly, without a warning, under `restricted`."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from manifests.description import Json
from tests.stack.kubernetes_api import Api, private_api
from tests.stack.kustomize import COMPONENTS, KUBERNETES, OVERLAYS, Said, overlay, rendered
from whodunit.outage.kubectl import Workload
from whodunit.shell import Ran

pytestmark = pytest.mark.stack("etcd", "kube-apiserver", "kubectl")

LAPTOP = KUBERNETES / "overlays" / "laptop"
ONE_COMPONENT = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: whodunit
resources: [../laptop]
components: [../../components/{}]
"""
SERVER_SIDE = ("apply", "--dry-run=server", "--validate=strict")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The server, with the namespace in which everything is tried, and the accounts that its pods run as."""
    kept = [each for each in rendered(LAPTOP) if each["kind"] in {"Namespace", "ServiceAccount"}]
    with private_api() as api:
        assert applied(api, tmp_path_factory.mktemp("kept"), kept, "apply").code == 0
        yield api


@pytest.mark.parametrize("name", OVERLAYS)
def test_it_takes_every_object_of_an_overlay(api: Api, name: str) -> None:
    accepted(api, KUBERNETES / "overlays" / name)


@pytest.mark.parametrize("name", COMPONENTS)
def test_it_takes_an_overlay_with_one_component(api: Api, tmp_path: Path, name: str) -> None:
    accepted(api, overlay(tmp_path, ONE_COMPONENT.format(name)))


def test_it_takes_the_overlay_of_the_page(api: Api, tmp_path: Path) -> None:
    accepted(api, overlay(tmp_path))


def test_it_admits_every_pod_where_only_restricted_ones_may_be(api: Api, tmp_path: Path) -> None:
    said = applied(api, tmp_path, pods(rendered(overlay(tmp_path))))
    assert (said.code, said.err) == (0, "")


def test_it_admits_no_other_pod(api: Api, tmp_path: Path) -> None:
    wrong = pods(rendered(LAPTOP))[0]
    wrong["spec"]["hostNetwork"] = True
    said = applied(api, tmp_path, [wrong])
    assert said.code == 1
    assert 'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)' in said.err


def test_it_says_which_field_nobody_knows(api: Api, tmp_path: Path) -> None:
    wrong = next(each for each in rendered(LAPTOP) if each["kind"] == "Deployment")
    wrong["spec"]["template"]["spec"]["restartPolicies"] = "Always"
    said = applied(api, tmp_path, [wrong])
    assert said.code == 1
    assert 'unknown field "spec.template.spec.restartPolicies"' in said.err


def test_an_outage_scales_a_program_to_none_and_writes_down_what_it_was(api: Api, tmp_path: Path) -> None:
    name = ("StatefulSet", "otel-collector")
    [collector] = [each for each in rendered(LAPTOP) if (each["kind"], each["metadata"]["name"]) == name]
    assert applied(api, tmp_path, [collector], "apply").code == 0
    Workload(lambda words, _=0.0: Ran(*api.kubectl(*words[1:])), "whodunit", "otel-collector").stop()
    found = json.loads(api.kubectl("--namespace=whodunit", "get", "statefulset/otel-collector", "--output=json").out)
    assert (found["spec"]["replicas"], found["metadata"]["annotations"]["whodunit/replicas"]) == (0, "1")


def accepted(api: Api, folder: Path) -> None:
    """The server would make every object of an overlay, and has no warning."""
    said = api.kubectl(*SERVER_SIDE, "-k", str(folder))
    assert (said.code, said.err) == (0, "")
    assert len(said.out.splitlines()) == len(rendered(folder))


def applied(api: Api, folder: Path, objects: list[Json], *how: str) -> Said:
    """What the server says of these objects."""
    YAML(typ="safe").dump_all(objects, folder / "objects.yaml")
    return api.kubectl(*(how or SERVER_SIDE), "-f", str(folder / "objects.yaml"))


def pods(objects: list[Json]) -> list[Json]:
    """The first pod that each controller would make of its template."""
    return [pod(each) for each in objects if each["kind"] in {"Deployment", "StatefulSet"}]


def pod(controller: Json) -> Json:
    name, template = controller["metadata"]["name"], controller["spec"]["template"]
    claims = [each["metadata"]["name"] for each in controller["spec"].get("volumeClaimTemplates", ())]
    claimed = [{"name": each, "persistentVolumeClaim": {"claimName": f"{each}-{name}-0"}} for each in claims]
    spec = {**template["spec"], "volumes": [*template["spec"].get("volumes", ()), *claimed]}
    metadata = {**template["metadata"], "name": name, "namespace": "whodunit"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
