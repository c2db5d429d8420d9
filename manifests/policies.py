"""NetworkPolicies: everybody may ask for names; beyond that a pod talks to those that it calls, at their ports."""

from collections.abc import Iterable, Iterator

from manifests.calls import Call, calls, ports_at
from manifests.description import Json
from manifests.pods import Pod, labels, pods

DNS_PORT = 53


def policy(pod: Pod) -> Json:
    """Who may come to this pod, and where it may go."""
    ours = {each.name for each in pod.programs}
    incoming = {call for call in calls() if call.callee in ours}
    outgoing = {call for call in calls() if call.caller in ours}
    return _policy(pod.name, labels(pod.name), list(_ingress(incoming)), list(_egress(outgoing)))


def default() -> Json:
    """Nobody else comes, and nobody goes anywhere but to a name server, wherever the cluster has its own."""
    ports = [{"protocol": name, "port": DNS_PORT} for name in ("UDP", "TCP")]
    return _policy("default", {}, [], [{"ports": ports}])


def _policy(name: str, selected: object, ingress: list[Json], egress: list[Json]) -> Json:
    selector = {"matchLabels": selected} if selected else {}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    }


def _ingress(incoming: Iterable[Call]) -> Iterator[Json]:
    found: dict[tuple[str, int], set[str]] = {}
    for call in incoming:
        found.setdefault((call.callee, call.port), set()).add(_pod_of(call.caller))
    for (callee, port), callers in sorted(found.items()):
        yield {"from": [_peer(name) for name in sorted(callers)], "ports": list(_ports(callee, {port}))}


def _egress(outgoing: Iterable[Call]) -> Iterator[Json]:
    found: dict[str, set[int]] = {}
    for call in outgoing:
        found.setdefault(call.callee, set()).add(call.port)
    for callee, ports in sorted(found.items()):
        yield {"to": [_peer(_pod_of(callee))], "ports": list(_ports(callee, ports))}


def _peer(name: str) -> Json:
    return {"podSelector": {"matchLabels": labels(name)}}


def _ports(callee: str, numbers: set[int]) -> Iterator[Json]:
    for number in sorted(numbers):
        yield from ({"protocol": port.protocol, "port": port.number} for port in ports_at(callee, number))


def _pod_of(program: str) -> str:
    return next(pod.name for pod in pods() if program in {each.name for each in pod.programs})
