"""Kustomize renders kubernetes/, and what it makes belongs together."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kit.connection_budget import wanted_by_all
from manifests.description import OWN_IMAGE, Json, release
from tests.stack.connection_limits import limits, max_connections
from tests.stack.kustomize import COMPONENTS, EXAMPLE, KUBERNETES, OVERLAYS, overlay, rendered, templates
from whodunit.topology import BY_NAME

pytestmark = pytest.mark.stack("kubectl")

KINDS = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> list[Json]:
    """The objects of the overlay that the page shows."""
    return rendered(overlay(tmp_path_factory.mktemp("checkout")))


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_makes_all_that_its_pods_refer_to(name: str) -> None:
    objects = rendered(KUBERNETES / "overlays" / name)
    assert references(objects) == made(objects)
    # A changed file has another name, so its program is rolled.
    assert all(re.search(r"-[a-z0-9]{10}$", each) for _, each in made(objects))


def test_the_overlay_of_the_page_makes_all_that_its_components_refer_to(workshop: list[Json]) -> None:
    assert references(workshop) == made(workshop)


def test_the_page_shows_every_component() -> None:
    shown = YAML(typ="safe").load(EXAMPLE)["components"]
    assert sorted(Path(each).name for each in shown) == COMPONENTS


def test_our_image_comes_from_where_the_overlay_says(workshop: list[Json]) -> None:
    images = {each["image"] for pod in templates(workshop) for each in pod["spec"]["containers"]}
    assert f"registry.example.com/{OWN_IMAGE}:{release()}" in images
    assert f"{OWN_IMAGE}:{release()}" not in images


@pytest.fixture(scope="module")
def scaled() -> list[Json]:
    """The objects of the overlay with two of most services."""
    return rendered(KUBERNETES / "overlays" / "scaled")


def test_a_roll_out_of_two_of_each_stays_within_what_each_role_may_have(scaled: list[Json]) -> None:
    instances = int(variables(scaled, "postgres")["INSTANCES"]["value"])
    assert f"max_connections={max_connections(instances)}" in container(scaled, "postgres")["args"]
    counts = {each["metadata"]["name"]: each["spec"]["replicas"] for each in scaled if each["kind"] == "Deployment"}
    for service in (each for each in BY_NAME.values() if each.owns_database):
        told = {name.lower(): each.get("value") for name, each in variables(scaled, service.name).items()}
        settings = import_module(f"{service.package}.settings").Settings.model_validate(told)
        assert settings.replicas == (1 if counts[service.name] == 1 else counts[service.name] + 1), service.name
        assert wanted_by_all(settings) <= limits(instances)[service.name.replace("-", "_")], service.name


def test_what_is_scaled_by_itself_has_no_connections_to_count(workshop: list[Json]) -> None:
    scaled = [each["spec"]["scaleTargetRef"]["name"] for each in workshop if each["kind"] == "HorizontalPodAutoscaler"]
    assert sorted(scaled) == ["frontend", "recommendation"]
    assert not any(BY_NAME[each].owns_database for each in scaled)
    replicas = {
        each["metadata"]["name"]: each["spec"].get("replicas") for each in workshop if each["kind"] == "Deployment"
    }
    assert [replicas[each] for each in scaled] == [None, None]


def test_an_open_entry_is_one_that_the_lab_guards(workshop: list[Json]) -> None:
    told = variables(workshop, "lab")
    assert told["WHODUNIT_BIND"]["value"] == "0.0.0.0"
    assert set(told["ENTRY_URL"]) == {"name", "valueFrom"}
    assert told["ENTRY_URL"]["valueFrom"]["configMapKeyRef"]["key"] == "url"


def test_a_vendor_is_added_by_its_component(workshop: list[Json]) -> None:
    assert container(workshop, "otel-collector")["args"][-1] == "--config=/etc/otelcol/vendor.yaml"
    told = variables(workshop, "otel-collector")
    for name in ("VENDOR_OTLP_ENDPOINT", "VENDOR_OTLP_HEADERS"):
        assert set(told[name]) == {"name", "valueFrom"}


def variables(objects: list[Json], name: str) -> dict[str, Json]:
    return {variable["name"]: variable for variable in container(objects, name)["env"]}


def container(objects: list[Json], name: str) -> Json:
    found = (each for pod in templates(objects) for each in pod["spec"]["containers"])
    return next(each for each in found if each["name"] == name)


def made(objects: list[Json]) -> set[tuple[str, str]]:
    kinds = {"ConfigMap", "Secret"}
    return {(each["kind"], each["metadata"]["name"]) for each in objects if each["kind"] in kinds}


def references(objects: list[Json]) -> set[tuple[str, str]]:
    """The ConfigMaps and Secrets that pods mount, or read variables from."""
    found: set[tuple[str, str]] = set()
    for pod in templates(objects):
        volumes = [each["configMap"]["name"] for each in pod["spec"].get("volumes", ()) if "configMap" in each]
        found |= {("ConfigMap", name) for name in volumes}
        for source in (source for each in pod["spec"]["containers"] for source in sources(each)):
            found |= {(KINDS[how], which["name"]) for how, which in source.items() if how in KINDS}
    return found


def sources(container: Json) -> list[Json]:
    return [variable["valueFrom"] for variable in container.get("env", ()) if "valueFrom" in variable]
