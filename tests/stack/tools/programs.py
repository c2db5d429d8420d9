"""Which real programs, in which version, and how each is had. Tags in `.env` must agree (a test)."""

from dataclasses import dataclass
from pathlib import Path

from tests.stack.tools.location import POSTGRES

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Program:
    """A program and its recipe.

    `module` is the folder beside this file with go.mod and go.sum, empty for what is never built here; `stamped` the
    variable that holds the version, `asked` the arguments that make it say its version, `image` the repository of the
    official image that the stack runs, if it runs one.
    """

    name: str
    version: str
    module: str
    package: str
    image: str
    asked: str = "--version"
    stamped: str = ""
    tags: str = ""
    also_called: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its go.mod and go.sum are kept."""
        return FOLDER / self.module

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called in PATH."""
        return (self.name, *self.also_called)


_PROMETHEUS = "github.com/prometheus/prometheus/cmd/"
_PROMETHEUS_VERSION = "github.com/prometheus/common/version.Version"

BUILT = (
    # Without the discovery of a dozen clouds it is built in a third of the time, and half as large.
    Program(
        "prometheus",
        "3.14.0",
        "prometheus",
        _PROMETHEUS + "prometheus",
        "prom/prometheus",
        stamped=_PROMETHEUS_VERSION,
        tags="remove_all_sd",
    ),
    Program(
        "promtool",
        "3.14.0",
        "prometheus",
        _PROMETHEUS + "promtool",
        "prom/prometheus",
        stamped=_PROMETHEUS_VERSION,
        tags="remove_all_sd",
    ),
    Program("caddy", "2.11.9", "caddy", "github.com/caddyserver/caddy/v2/cmd/caddy", "caddy", asked="version"),
    Program(
        "jaeger",
        "2.13.0",
        "jaeger",
        "github.com/jaegertracing/jaeger/cmd/jaeger",
        "jaegertracing/jaeger",
        asked="version",
        stamped="github.com/jaegertracing/jaeger/internal/version.latestVersion",
    ),
    Program(
        "otelcol",
        "0.155.0",
        "collector",
        ".",
        "otel/opentelemetry-collector-contrib",
        also_called=("otelcol-contrib",),
    ),
)

LOKI = Program("loki", "3.7.6", module="", package="", image="grafana/loki")
"""Its modules are under the AGPL: it is taken from PATH, or left out."""

KUBERNETES = (
    Program(
        "kubectl",
        "v1.36.3",  # what is stamped must begin so, or the program does not start
        "kubernetes",
        "k8s.io/kubernetes/cmd/kubectl",
        image="",
        asked="version --client",
        stamped="k8s.io/component-base/version.gitVersion",
    ),
    Program(
        "kube-apiserver",
        "v1.36.3",
        "kubernetes",
        "k8s.io/kubernetes/cmd/kube-apiserver",
        image="",
        stamped="k8s.io/component-base/version.gitVersion",
    ),
    Program("etcd", "3.6.8", "etcd", "go.etcd.io/etcd/server/v3", image=""),
)
"""They read manifests, and are no containers of the stack."""

KUBERNETES_NODE = (
    *KUBERNETES,
    *(
        Program(
            name,
            "v1.36.3",
            "kubernetes",
            f"k8s.io/kubernetes/cmd/{name}",
            image="",
            stamped="k8s.io/component-base/version.gitVersion",
        )
        for name in ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
    ),
    Program("coredns", "1.12.4", "coredns", ".", image="", asked="-version"),
)
"""They run pods, too: everything of a node but what starts containers."""

PROGRAMS = (*BUILT, LOKI)
ALL = (*(program.name for program in BUILT), POSTGRES)
"""Everything that the stack needs on a machine without containers."""
