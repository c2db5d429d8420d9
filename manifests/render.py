"""The text of every file: one for each pod, those that all share, and the ConfigMaps' kustomizations."""

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from manifests.configuration import KUSTOMIZATION, folders, kustomization
from manifests.containers import SECRET
from manifests.description import Json, secrets
from manifests.objects import claim, objects
from manifests.pods import Pod, pods, shared_volumes
from manifests.policies import default

BASE = "kubernetes/base"
PASSWORDS = "passwords.env"
MADE = "# Made by `make kubernetes` from docker-compose.yml and .env: change those.\n"
PLAIN = re.compile(r"[A-Za-z/][\w./-]*")
YAML_1_1_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def files() -> Mapping[str, str]:
    """The text of each file by its path in this checkout."""
    folder = {**{f"{pod.name}.yaml": text(*objects(pod)) for pod in pods()}, **_shared()}
    maps = {f"{name}/{KUSTOMIZATION}": text(kustomization(name)) for name in folders()}
    return {**{f"{BASE}/{name}": each for name, each in folder.items()}, **maps}


def text(*documents: Json) -> str:
    """YAML that Kubernetes' own reader, which is one of YAML 1.1, takes for the same."""
    stream = StringIO()
    _yaml().dump_all(documents, stream)
    return MADE + stream.getvalue()


def _shared() -> Mapping[str, str]:
    return {
        KUSTOMIZATION: text(_base(pods())),
        "network.yaml": text(default()),
        "volumes.yaml": text(*map(claim, shared_volumes())),
        PASSWORDS: MADE + "".join(f"{name}={value}\n" for name, value in secrets().items()),
    }


def _base(all_pods: tuple[Pod, ...]) -> Json:
    resources = ["network.yaml", "volumes.yaml", *(f"{pod.name}.yaml" for pod in all_pods)]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "labels": [{"pairs": {"app.kubernetes.io/part-of": "whodunit"}, "includeTemplates": True}],
        "resources": [*resources, *(f"../../{name}" for name in folders())],
        "secretGenerator": [{"name": SECRET, "envs": [PASSWORDS]}],
    }


class _Representer(RoundTripRepresenter):
    """Quotes whatever is not a plain word; repeats what occurs twice, since an alias is hard to read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's name
        return True

    def represent_str(self, data: str) -> ScalarNode:
        is_plain = PLAIN.fullmatch(data) and data.lower() not in YAML_1_1_WORDS
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=None if is_plain else '"')


_Representer.add_representer(str, _Representer.represent_str)


def _yaml() -> YAML:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = 4096
    yaml.explicit_start = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
