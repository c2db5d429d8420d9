"""The real programs' versions stand in three places, which agree: the recipes, the pinned modules, `.env`."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.stack.harness import compose
from tests.stack.tools import go, location, provide
from tests.stack.tools.programs import BUILT, KUBERNETES_NODE, LOKI, PROGRAMS, Program

CHECKOUT = Path(__file__).parents[2]
MODULE_VERSIONS = {
    "prometheus": "github.com/prometheus/prometheus v0.314.0",
    "promtool": "github.com/prometheus/prometheus v0.314.0",
    "jaeger": "github.com/jaegertracing/jaeger v1.76.0",
    "caddy": "github.com/caddyserver/caddy/v2 v2.11.9",
    "otelcol": "go.opentelemetry.io/collector/otelcol v0.155.0",
    "kubectl": "k8s.io/kubernetes v1.36.3",
    "kube-apiserver": "k8s.io/kubernetes v1.36.3",
    "kube-controller-manager": "k8s.io/kubernetes v1.36.3",
    "kube-scheduler": "k8s.io/kubernetes v1.36.3",
    "kubelet": "k8s.io/kubernetes v1.36.3",
    "kube-proxy": "k8s.io/kubernetes v1.36.3",
    "etcd": "go.etcd.io/etcd/server/v3 v3.6.8",
    "coredns": "github.com/coredns/coredns v1.12.4",
}
"""Two of them number their Go modules differently from their releases."""


@pytest.mark.parametrize("program", [*BUILT, *KUBERNETES_NODE], ids=lambda program: program.name)
def test_the_pinned_module_is_the_release(program: Program) -> None:
    assert MODULE_VERSIONS[program.name] in (program.folder / "go.mod").read_text()
    assert (program.folder / "go.sum").exists()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_containers_run_what_the_tests_run(program: Program) -> None:
    values = compose.variables(CHECKOUT / ".env")
    images = {each.image for each in compose.read(CHECKOUT / "docker-compose.yml", values)}
    repository, _, tag = next(each for each in images if each.startswith(f"{program.image}:")).rpartition(":")
    assert repository == program.image
    # An image comes later than its release, or never: a tag may name the line alone.
    assert f"{program.version}.".startswith(f"{tag.removeprefix('v')}.")


def test_every_tag_is_set_in_one_place() -> None:
    compose_file = (CHECKOUT / "docker-compose.yml").read_text()
    tags = [name for name in dotenv_values(CHECKOUT / ".env") if name.endswith("_TAG")]
    assert tags
    assert [name for name in tags if f"${{{name}}}" not in compose_file] == []


def test_without_go_the_message_says_which_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(go.BuildError, match=r"Go 1\.\d+(\.\d+)? or newer is needed to build caddy"):
        go.build(_program("caddy"), tmp_path / "caddy", lambda _: None)


@pytest.mark.process
def test_a_program_in_path_serves_when_its_version_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "otelcol-contrib"
    installed.write_text("#!/bin/sh\necho otelcol-contrib version 0.155.0\n")
    installed.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    program = _program("otelcol")
    assert not provide.is_current(program)
    assert provide.provide(program, lambda _: None) == f"from {installed}"
    assert location.program("otelcol").resolve() == installed
    assert provide.is_current(program)


def test_what_is_never_built_is_left_out_when_it_is_not_in_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert provide.provide(LOKI, lambda _: None) == "not in PATH, left out"
    assert not location.program("loki").exists()


def test_no_program_under_the_agpl_is_built() -> None:
    pinned = "".join((program.folder / "go.mod").read_text() for program in (*BUILT, *KUBERNETES_NODE))
    assert "github.com/grafana/loki" not in pinned
    assert "github.com/grafana/grafana " not in pinned


def _program(name: str) -> Program:
    return next(each for each in PROGRAMS if each.name == name)
