"""The objects of a pod: account, service, workload, what protects it from a drain, and its policy."""

from collections.abc import Iterator, Sequence

from manifests.beyond import VOLUME_SIZE, VOLUME_SIZES
from manifests.description import Json
from manifests.pods import Pod, labels, template
from manifests.policies import policy
from whodunit.topology import BY_NAME


def objects(pod: Pod) -> Iterator[Json]:
    """Everything that its file holds."""
    yield {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": pod.name},
        "automountServiceAccountToken": False,
    }
    if pod.ports:
        yield _service(pod)
    yield _stateful_set(pod) if pod.keeps else _deployment(pod)
    if pod.name in BY_NAME:
        yield _disruption_budget(pod)
    yield policy(pod)


def claim(name: str) -> Json:
    """A volume that several pods mount."""
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": _storage(name)}


def _service(pod: Pod) -> Json:
    ports = [
        {"name": port.name, "port": port.number, "protocol": port.protocol, "targetPort": port.name}
        for port in pod.ports
    ]
    spec: Json = {"selector": labels(pod.name), "ports": ports}
    if any(each.check and each.check.asks_another for each in pod.programs):
        # The lab is ready when it reaches all others: one that is ready when the lab is must be reached before.
        spec["publishNotReadyAddresses"] = True
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": pod.name}, "spec": spec}


def _deployment(pod: Pod) -> Json:
    spec = {"replicas": 1, "selector": {"matchLabels": labels(pod.name)}, "template": template(pod)}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": pod.name}, "spec": spec}


def _stateful_set(pod: Pod) -> Json:
    spec = {
        "replicas": 1,
        "serviceName": pod.name,
        "selector": {"matchLabels": labels(pod.name)},
        "template": template(pod),
        "volumeClaimTemplates": _claims(pod.keeps),
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": pod.name}, "spec": spec}


def _claims(names: Sequence[str]) -> list[Json]:
    return [{"metadata": {"name": name}, "spec": _storage(name)} for name in names]


def _storage(name: str) -> Json:
    size = VOLUME_SIZES.get(name, VOLUME_SIZE)
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}


def _disruption_budget(pod: Pod) -> Json:
    """A drain takes one of them at a time; programs with a volume have one instance, which it may take."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": pod.name},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": labels(pod.name)},
        },
    }
