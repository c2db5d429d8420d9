"""The shop on a node: the overlay `laptop` of a checkout whose `.env` leaves Loki out, without Grafana."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ruamel.yaml import YAML

from manifests.description import ROOT, Json
from tests.kubernetes import settings
from tests.kubernetes.node import Node
from whodunit.shell import Ran

NAMESPACE = "whodunit"
OVERLAY = Path("kubernetes/overlays/tried")
NOT_READ = (".git", ".venv", "recordings", "docs", "node_modules", "__pycache__")
"""Folders that no manifest is made of."""

OF_STAND_INS = {"LOG_STORE": "store", "COLLECTOR_CONTRIB": ""}
"""Lines of `.env`: there is no image of Loki, and the Collector is built without the contrib receivers."""

WITHOUT_GRAFANA = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: whodunit
resources: [../laptop]
patches:
  - {patch: "{$patch: delete, apiVersion: apps/v1, kind: StatefulSet, metadata: {name: grafana}}"}
  - {patch: "{$patch: delete, apiVersion: v1, kind: Service, metadata: {name: grafana}}"}
"""
VOLUME_SIZE = "4Gi"
ROLLED_OUT_WITHIN = "10m"


class Shop:
    """Its objects in a namespace of the node."""

    def __init__(self, node: Node, checkout: Path) -> None:
        """`checkout` is a copy of this one, which may be changed."""
        self._node = node
        self._checkout = checkout

    def roll_out(self) -> None:
        """Returns when the first order has gone through."""
        objects = self._objects()
        self._node.take(sorted(set(_images(objects))))
        self._apply(self._node.folder / "storage.yaml", [_storage_class(), *self._volumes(objects)])
        self.kubectl("apply", "-k", str(self._checkout / OVERLAY))
        self.rolled_out("deployment/loadgen")

    def rolled_out(self, what: str) -> None:
        """Returns when all of its pods are ready."""
        self.kubectl("rollout", "status", what, f"--timeout={ROLLED_OUT_WITHIN}")

    def inside(self, *command: str) -> str:
        """What a command of the lab's prints in its pod."""
        return self.kubectl("exec", "statefulset/lab", "--", *command)

    def status(self) -> Json:
        """What the lab says of everything."""
        return dict(json.loads(self.inside("whodunit", "status", "--json")))

    def pods(self, *which: str) -> list[Json]:
        """All pods, or those that kubectl's options select, as the API tells them."""
        return list(json.loads(self.kubectl("get", "pods", *which, "--output=json"))["items"])

    def pods_of(self, program: str) -> set[str]:
        """The names of a program's pods, but for those on their way out."""
        labels = f"app.kubernetes.io/name={program}"
        found = [each["metadata"] for each in self.pods(f"--selector={labels}")]
        return {each["name"] for each in found if "deletionTimestamp" not in each}

    def kubectl(self, *arguments: str) -> str:
        """What a command prints; fails with what it complained about."""
        said = self._node.kubectl(f"--namespace={NAMESPACE}", *arguments)
        assert said.code == 0, f"kubectl {' '.join(arguments)}: {said.out}{said.err}\n{self._state()}"
        return said.out

    def shell(self, arguments: Sequence[str], within_s: float = 15.0) -> Ran:
        """Run a command that begins with kubectl, as a `Shell`."""
        return Ran(*self._node.kubectl(*arguments[1:]))

    def _objects(self) -> list[Json]:
        """As an operator has it: two lines of `.env`, `make kubernetes`, and an overlay."""
        shutil.copytree(ROOT, self._checkout, ignore=shutil.ignore_patterns(*NOT_READ), symlinks=True)
        file = self._checkout / ".env"
        for name, value in OF_STAND_INS.items():
            file.write_text(re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", file.read_text()))
        environment = os.environ | {"PYTHONPATH": str(self._checkout)}
        subprocess.run([sys.executable, "-m", "manifests"], cwd=self._checkout, env=environment, check=True)
        (self._checkout / OVERLAY).mkdir()
        (self._checkout / OVERLAY / "kustomization.yaml").write_text(WITHOUT_GRAFANA)
        return list(YAML(typ="safe").load_all(self._node.kubectl("kustomize", str(self._checkout / OVERLAY)).out))

    def _apply(self, file: Path, objects: list[Json]) -> None:
        YAML(typ="safe", pure=True).dump_all(objects, file)
        self.kubectl("apply", "--filename", str(file))

    def _volumes(self, objects: list[Json]) -> Iterator[Json]:
        """A volume for every claim; a cluster with a provisioner makes them itself."""
        for number, _ in enumerate(_claims(objects)):
            folder = self._node.folder / f"volume-{number}"
            folder.mkdir()
            yield _volume(number, folder)

    def _state(self) -> str:
        return self._node.kubectl(f"--namespace={NAMESPACE}", "get", "pods").out


def _images(objects: list[Json]) -> Iterator[str]:
    for each in objects:
        if each["kind"] in {"Deployment", "StatefulSet"}:
            pod = each["spec"]["template"]["spec"]
            yield from (container["image"] for container in (*pod.get("initContainers", ()), *pod["containers"]))


def _claims(objects: list[Json]) -> Iterator[Json]:
    for each in objects:
        if each["kind"] == "PersistentVolumeClaim":
            yield each
        yield from each.get("spec", {}).get("volumeClaimTemplates", ())


def _storage_class() -> Json:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": settings.STORAGE_CLASS, "annotations": default},
        "provisioner": "kubernetes.io/no-provisioner",
    }


def _volume(number: int, folder: Path) -> Json:
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [settings.NAME]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"volume-{number}"},
        "spec": {
            "capacity": {"storage": VOLUME_SIZE},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": settings.STORAGE_CLASS,
            "local": {"path": str(folder)},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
        },
    }
