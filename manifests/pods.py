"""Pods: programs that share a volume in memory are containers of one pod, every other program is a pod of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from manifests.beyond import CALLED_NO_MORE_WITHIN_S, MOUNTED_FOR_ITS_OWNER, USERS
from manifests.calls import Port, ports_of
from manifests.configuration import volume as configuration_volume
from manifests.containers import container, waiting
from manifests.description import Json, NotDescribedError, Program, programs, volumes_in_memory
from tests.stack.harness.compose import Mount

LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True)
class Pod:
    """Programs that run together, named after the first of them in the compose file."""

    programs: tuple[Program, ...]

    @property
    def name(self) -> str:
        """The name of its workload, its service and its account."""
        return self.programs[0].name

    @property
    def ports(self) -> list[Port]:
        """Where others find it."""
        return [port for program in self.programs for port in ports_of(program.name)]

    @property
    def keeps(self) -> list[str]:
        """The volumes that are its own and outlive it; a pod with one is a StatefulSet."""
        return [each.source for each in mounts(self) if _is_kept(each) and _users(each) == 1]


@cache
def pods() -> tuple[Pod, ...]:
    """All pods, in the order of the compose file."""
    found: dict[str, list[Program]] = {}
    for program in programs().values():
        found.setdefault(_host_of(program), []).append(program)
    return tuple(Pod(tuple(each)) for each in found.values())


def shared_volumes() -> list[str]:
    """Volumes that several pods mount."""
    kept = (each for pod in pods() for each in mounts(pod) if _is_kept(each))
    return sorted({each.source for each in kept if _users(each) > 1})


def mounts(pod: Pod) -> list[Mount]:
    """The mounts of its containers, each source once."""
    found = {each.source: each for program in pod.programs for each in mounts_of(program)}
    return list(found.values())


def mounts_of(program: Program) -> list[Mount]:
    """A container's mounts, without those that only give a volume to its user."""
    return [each for each in program.mounts if (program.name, each.source) not in MOUNTED_FOR_ITS_OWNER]


def template(pod: Pod) -> Json:
    """The pod's template, with its labels."""
    return {"metadata": {"labels": labels(pod.name)}, "spec": _spec(pod)}


def labels(name: str) -> Mapping[str, str]:
    """The labels by which services and policies find a pod."""
    return {LABEL: name}


def _spec(pod: Pod) -> Json:
    kind = "statefulset" if pod.keeps else "deployment"
    spec: Json = {
        "serviceAccountName": pod.name,
        "automountServiceAccountToken": False,
        # A service of the name `order` would otherwise set ORDER_PORT, and `loki` what Loki reads as its flags.
        "enableServiceLinks": False,
        "securityContext": _security(pod),
    }
    graces = [each.grace_s for each in pod.programs if each.grace_s is not None]
    if graces:
        spec["terminationGracePeriodSeconds"] = CALLED_NO_MORE_WITHIN_S + max(graces)
    if any(each.has_reaper for each in pod.programs):
        spec["shareProcessNamespace"] = True
    awaited = waiting(pod.programs)
    if awaited:
        spec["initContainers"] = awaited
    spec["containers"] = [container(each, mounts_of(each), kind, pod.name) for each in pod.programs]
    volumes = [volume for each in mounts(pod) for volume in _volume(pod, each)]
    return spec | ({"volumes": volumes} if volumes else {})


def _security(pod: Pod) -> Json:
    users = {USERS.get(each.name) or each.user for each in pod.programs}
    user = users.pop()
    if user is None or users:
        raise NotDescribedError(f"{pod.name} needs one user: write `user:`, or a line in USERS in manifests/beyond.py.")
    uid, _, gid = user.partition(":")
    return {
        "runAsNonRoot": True,
        "runAsUser": int(uid),
        "runAsGroup": int(gid),
        "fsGroup": int(uid),
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _volume(pod: Pod, mount: Mount) -> Iterator[Json]:
    if mount.is_configuration:
        yield configuration_volume(mount.folder)
    elif mount.source in volumes_in_memory():
        size = volumes_in_memory()[mount.source]
        yield {"name": mount.source, "emptyDir": {"medium": "Memory", "sizeLimit": size}}
    elif mount.source not in pod.keeps:
        yield {"name": mount.source, "persistentVolumeClaim": {"claimName": mount.source}}


def _host_of(program: Program) -> str:
    in_memory = {each.source for each in program.mounts} & set(volumes_in_memory())
    sharing = (each for each in programs().values() if in_memory & {mount.source for mount in each.mounts})
    return next(sharing, program).name


def _users(volume: Mount) -> int:
    mounted = (each for pod in pods() for each in mounts(pod))
    return sum(each.source == volume.source for each in mounted)


def _is_kept(mount: Mount) -> bool:
    return not mount.is_configuration and mount.source not in volumes_in_memory()
