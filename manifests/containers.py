"""Containers: what a program of the compose file is inside a pod."""

import re
from collections.abc import Iterator, Mapping, Sequence

from manifests.beyond import (
    CALLED_NO_MORE_WITHIN_S,
    CHECKS,
    CPU,
    ENTRY,
    ENTRY_PORT,
    ENVIRONMENT,
    MEMORY_MIB,
    MEMORY_OF_A_SERVICE_MIB,
)
from manifests.calls import Port, calls, ports_of
from manifests.configuration import CONFIGURATION
from manifests.description import OWN_IMAGE, SECRETS, Check, Json, NotDescribedError, Program, programs, release
from tests.stack.harness.compose import Mount

SECRET = "passwords"  # noqa: S105 - the name of the Secret
SECRET_REFERENCE = re.compile(r"\$\((\w+)\)")
RESOURCE = "OTEL_RESOURCE_ATTRIBUTES"
PLACE = {
    "POD_NAMESPACE": ("k8s.namespace.name", "metadata.namespace"),
    "POD_NAME": ("k8s.pod.name", "metadata.name"),
    "POD_UID": ("k8s.pod.uid", "metadata.uid"),
    "NODE_NAME": ("k8s.node.name", "spec.nodeName"),
}
"""Variables for where the pod runs: as which attribute telemetry tells it, and which field it is."""

CONFINED: Json = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
OPENED = re.compile(r"/dev/tcp/127\.0\.0\.1/(\d+)")
PAGE = re.compile(r"GET (/\S+) ")
ANSWERS_WITHIN_S = 5
"""A kubelet waits one second, and a busy machine takes as long to start a shell."""


def container(program: Program, mounts: Sequence[Mount], kind: str, workload: str) -> Json:
    """A program as a container of the `workload`, which is of that `kind`."""
    made: Json = {
        "name": program.name,
        "image": program.image,
        "imagePullPolicy": "IfNotPresent",
        "args": list(program.arguments),
        "env": list(_environment(program, f"k8s.{kind}.name={workload},k8s.container.name={program.name}")),
        "ports": [_port(each) for each in ports_of(program.name)],
        "readinessProbe": _probe(program),
        "lifecycle": _end(program),
        "resources": _resources(program),
        "securityContext": _security(program),
        "volumeMounts": [_mounted(each) for each in mounts],
    }
    return {key: value for key, value in made.items() if value not in ([], {})}


def waiting(together: Sequence[Program]) -> list[Json]:
    """Containers that end when those answer which Compose waits for. A service without a ready pod refuses.

    A program that calls nobody there does not wait: no policy would let it.
    """
    names = {each.name for each in together}
    called = {call.callee for call in calls() if call.caller in names}
    wanted = {name for each in together for name in each.waits_for}
    return [_waiter(name, _door(programs()[name])) for name in sorted(called & wanted)]


def _door(program: Program) -> int:
    """The port at which a program listens whenever it is ready: the one that its check asks, or its only one."""
    opened = OPENED.search(" ".join(program.check.command)) if program.check else None
    return int(opened[1]) if opened else ports_of(program.name)[0].number


def _port(port: Port) -> Json:
    return {"name": port.name, "containerPort": port.number, "protocol": port.protocol}


def _waiter(name: str, number: int) -> Json:
    return {
        "name": f"after-{name}",
        "image": f"{OWN_IMAGE}:{release()}",
        "imagePullPolicy": "IfNotPresent",
        "args": ["bash", "-c", f"until : 3<>/dev/tcp/{name}/{number}; do sleep 1; done"],
        "resources": {"requests": {"cpu": CPU, "memory": "16Mi"}, "limits": {"memory": "32Mi"}},
        "securityContext": CONFINED,
    }


def _environment(program: Program, workload: str) -> Iterator[Json]:
    given = {**program.environment, **ENVIRONMENT.get(program.name, {})}
    above = [name for name in SECRETS if name in _inside(given)]
    yield from (_from_secret(name, name) for name in above)
    if program.sends_telemetry:
        yield from ({"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, (_, path) in PLACE.items())
        place = ",".join(f"{attribute}=$({name})" for name, (attribute, _) in PLACE.items())
        given[RESOURCE] = f"{given[RESOURCE]},{place},{workload}"
    for name, value in given.items():
        whole = SECRET_REFERENCE.fullmatch(value)
        if whole is None:
            yield {"name": name, "value": value}
        elif name not in above:
            yield _from_secret(name, whole[1])


def _inside(given: Mapping[str, str]) -> set[str]:
    """The secrets that are a part of a value, which may refer only to variables above it."""
    parts = (value for value in given.values() if not SECRET_REFERENCE.fullmatch(value))
    return {name for value in parts for name in SECRET_REFERENCE.findall(value)}


def _from_secret(name: str, key: str) -> Json:
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": SECRET, "key": key}}}


def _probe(program: Program) -> Json:
    if program.check is not None:
        return {**_asked(program.check), "periodSeconds": program.check.every_s, "timeoutSeconds": ANSWERS_WITHIN_S}
    if program.name == ENTRY:
        how: Json = {"tcpSocket": {"port": ENTRY_PORT}}
    elif program.name in CHECKS:
        check = CHECKS[program.name]
        how = {"httpGet": {"port": check.port, "path": check.path}}
    else:
        raise NotDescribedError(
            f"{program.name} has no healthcheck. Add it, or its page to CHECKS in manifests/beyond.py."
        )
    return how | {"timeoutSeconds": ANSWERS_WITHIN_S}


def _end(program: Program) -> Json:
    """Those that finish what is in flight before they end are given the time to be called no more."""
    if program.grace_s is None:
        return {}
    return {"preStop": {"sleep": {"seconds": CALLED_NO_MORE_WITHIN_S}}}


def _asked(check: Check) -> Json:
    """The kubelet asks itself what a shell asks in Compose; what it cannot ask stays a command."""
    command = " ".join(check.command)
    opened, page = OPENED.search(command), PAGE.search(command)
    if opened is None:
        return {"exec": {"command": list(check.command)}}
    if page is None:
        return {"tcpSocket": {"port": int(opened[1])}}
    return {"httpGet": {"port": int(opened[1]), "path": page[1]}}


def _resources(program: Program) -> Json:
    memory = MEMORY_MIB.get(program.name, MEMORY_OF_A_SERVICE_MIB)
    return {"requests": {"cpu": CPU, "memory": f"{memory}Mi"}, "limits": {"memory": f"{program.memory_mib}Mi"}}


def _security(program: Program) -> Json:
    # Those of a program that begins as root in Compose are for giving up to its user what is root's.
    if program.user is None or not program.capabilities:
        return CONFINED
    return {**CONFINED, "capabilities": {"drop": ["ALL"], "add": list(program.capabilities)}}


def _mounted(mount: Mount) -> Json:
    name = CONFIGURATION if mount.is_configuration else mount.source
    made = {"name": name, "mountPath": mount.target}
    return made | ({"readOnly": True} if mount.read_only else {})
