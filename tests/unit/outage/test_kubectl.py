"""A program on Kubernetes is stopped, started and set as Compose would, and comes back whoever asks for it."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from whodunit.errors import LabError
from whodunit.outage.kubectl import Workload
from whodunit.shell import Ran

Json = dict[str, Any]


class Cluster:
    """kubectl, for one StatefulSet `otel-collector` in the namespace `shop`."""

    def __init__(self, replicas: int = 1) -> None:
        self.annotations: dict[str, str] = {}
        self.replicas = replicas
        self.env = {"LIMIT": "256", "MODE": "calm"}
        self.asked: list[str] = []
        self.refuses = ""

    def __call__(self, arguments: Sequence[str], within_s: float = 15.0) -> Ran:
        assert list(arguments[:2]) == ["kubectl", "--namespace=shop"]
        verb, *words = arguments[2:]
        self.asked.append(verb)
        if verb == self.refuses:
            return Ran(1, "", "Error from server (Forbidden): not yours")
        if verb == "get":
            return Ran(0, json.dumps({"items": [self._statefulset()] if words[1].endswith("=otel-collector") else []}))
        getattr(self, f"_{verb}", lambda *_: None)(*words)
        return Ran(0, "")

    def _statefulset(self) -> Json:
        env = [*({"name": name, "value": value} for name, value in self.env.items()), {"name": "POD", "valueFrom": {}}]
        return {
            "kind": "StatefulSet",
            "metadata": {"name": "otel-collector", "annotations": self.annotations},
            "spec": {"replicas": self.replicas, "template": {"spec": {"containers": [{"env": env}]}}},
        }

    def _annotate(self, _overwrite: str, name: str, annotation: str) -> None:
        assert name == "statefulset/otel-collector"
        key, is_set, value = annotation.partition("=")
        if is_set:
            self.annotations[key] = value
        else:
            del self.annotations[key.removesuffix("-")]

    def _scale(self, _name: str, replicas: str) -> None:
        self.replicas = int(replicas.removeprefix("--replicas="))

    def _set(self, _env: str, _name: str, *settings: str) -> None:
        self.env |= dict(each.split("=", 1) for each in settings)


def collector(cluster: Cluster) -> Workload:
    return Workload(cluster, "shop", "otel-collector")


def test_it_comes_back_with_as_many_pods_as_it_had() -> None:
    cluster = Cluster(replicas=3)
    collector(cluster).stop()
    collector(cluster).stop()
    assert (cluster.replicas, cluster.asked[-1]) == (0, "wait")
    collector(cluster).start()
    assert (cluster.replicas, cluster.asked[-1]) == (3, "rollout")


def test_what_nobody_stopped_stays_as_it_is() -> None:
    cluster = Cluster(replicas=2)
    collector(cluster).start()
    assert cluster.replicas == 2


def test_a_setting_is_taken_back_by_another_process() -> None:
    cluster = Cluster()
    for limit in ("8", "16"):
        collector(cluster).up({"LIMIT": limit, "MODE": "calm", "HOME": "/root"})
        assert cluster.env == {"LIMIT": limit, "MODE": "calm"}
    collector(cluster).up({"HOME": "/root"})
    assert (cluster.env, cluster.annotations) == ({"LIMIT": "256", "MODE": "calm"}, {})


def test_a_setting_that_is_in_force_changes_nothing() -> None:
    cluster = Cluster()
    collector(cluster).up({})
    assert cluster.asked == ["get", "rollout"]


def test_what_was_is_written_down_before_anything_changes() -> None:
    cluster = Cluster()
    cluster.refuses = "annotate"
    for change in (collector(cluster).stop, lambda: collector(cluster).up({"LIMIT": "8"})):
        with pytest.raises(LabError, match="Forbidden"):
            change()
    assert (cluster.replicas, cluster.env["LIMIT"]) == (1, "256")


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(LabError, match="There is no program colector in the namespace shop"):
        Workload(Cluster(), "shop", "colector").stop()
