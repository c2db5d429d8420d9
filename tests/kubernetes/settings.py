"""What each program of the node is told: arguments, and the files that it reads. All ports are the room's own."""

import json
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from ruamel.yaml import YAML

from manifests.description import Json
from tests.kubernetes.room import ADDRESS

NAME = "node"
ADMINISTRATOR, CONTROLLERS, SCHEDULER, PROXY, KUBELET = "admin", "controllers", "scheduler", "proxy", "kubelet"
USERS = {
    ADMINISTRATOR: ("admin", "system:masters"),
    CONTROLLERS: ("system:kube-controller-manager", ""),
    SCHEDULER: ("system:kube-scheduler", ""),
    PROXY: ("system:kube-proxy", ""),
    KUBELET: (f"system:node:{NAME}", "system:nodes"),
}
"""The name and the group of each, under the name of its file and its token."""

PODS, SERVICES = "10.244.0.0/16", "10.96.0.0/16"
PAUSE_IMAGE = "whodunit-stand-in/pause:1"
PLUGINS = "/usr/lib/cni"
STORAGE_CLASS = "on-the-node"


def access(folder: Path, name: str = ADMINISTRATOR) -> str:
    """The path of the file by which one of the users reaches the API."""
    return str(folder / f"{name}.access")


def etcd(folder: Path) -> Mapping[str, str]:
    """Its arguments. What it keeps need not outlast a crash of the machine."""
    return {"data-dir": str(folder / "etcd"), "unsafe-no-fsync": "true"}


def api_server(folder: Path) -> Mapping[str, str]:
    """Its arguments."""
    return {
        "etcd-servers": "http://127.0.0.1:2379",
        "bind-address": ADDRESS,
        "advertise-address": ADDRESS,
        "cert-dir": str(folder / "certificates"),
        "token-auth-file": str(folder / "tokens.csv"),
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "service-cluster-ip-range": SERVICES,
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": str(folder / "accounts.pub"),
        "service-account-signing-key-file": str(folder / "accounts.key"),
        "kubelet-preferred-address-types": "InternalIP",
    }


def controllers(folder: Path) -> Mapping[str, str]:
    """The controller manager's arguments."""
    return {
        "kubeconfig": access(folder, CONTROLLERS),
        "service-account-private-key-file": str(folder / "accounts.key"),
        "use-service-account-credentials": "true",
        "leader-elect": "false",
    }


def scheduler(folder: Path) -> Mapping[str, str]:
    """Its arguments."""
    return {"kubeconfig": access(folder, SCHEDULER), "leader-elect": "false"}


def kubelet(folder: Path) -> Mapping[str, str]:
    """Its arguments."""
    return {
        "config": str(folder / "kubelet.yaml"),
        "kubeconfig": access(folder, KUBELET),
        "root-dir": str(folder / "kubelet"),
        "cert-dir": str(folder / "kubelet-certificates"),
        "hostname-override": NAME,
        "node-ip": ADDRESS,
    }


def write(folder: Path) -> None:
    """Every file that the programs read."""
    _write_accounts(folder)
    for name in USERS:
        _dump(_access(name), Path(access(folder, name)))
    _dump(_kubelet(folder), folder / "kubelet.yaml")
    _dump(_proxy(folder), folder / "kube-proxy.yaml")
    (folder / "containerd.toml").write_text(_containerd(folder))
    (folder / "Corefile").write_text(_names(folder))
    (folder / "networks").mkdir()
    (folder / "networks" / "pods.conflist").write_text(json.dumps(_network(folder)))


def _write_accounts(folder: Path) -> None:
    lines = [f'{token},{name},{number},"{group}"' for number, (token, (name, group)) in enumerate(USERS.items())]
    (folder / "tokens.csv").write_text("\n".join(lines) + "\n")
    key = generate_private_key(public_exponent=65537, key_size=2048)
    form = PrivateFormat.TraditionalOpenSSL
    (folder / "accounts.key").write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "accounts.pub").write_bytes(public)


def _access(name: str) -> Json:
    cluster = {"server": f"https://{ADDRESS}:6443", "insecure-skip-tls-verify": True}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "room",
        "contexts": [{"name": "room", "context": {"cluster": "room", "user": name}}],
        "clusters": [{"name": "room", "cluster": cluster}],
        "users": [{"name": name, "user": {"token": name}}],
    }


def _kubelet(folder: Path) -> Json:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": ADDRESS,
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "containerRuntimeEndpoint": f"unix://{folder}/containerd.sock",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [ADDRESS],
        "clusterDomain": "cluster.local",
        "resolvConf": "/dev/null",
        "podLogsDir": str(folder / "pod-logs"),
        "volumePluginDir": str(folder / "volume-plugins"),
        # The machine's disk and memory are not the node's to tidy up.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "0%", "imagefs.available": "0%"},
        "localStorageCapacityIsolation": False,
    }


def _proxy(folder: Path) -> Json:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": access(folder, PROXY)},
        "mode": "iptables",
        "clusterCIDR": PODS,
        "hostnameOverride": NAME,
        # Zero leaves the kernel's limits, which are the machine's.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }


def _containerd(folder: Path) -> str:
    return f"""version = 2
root = "{folder}/containerd"
state = "{folder}/containerd-state"
[grpc]
address = "{folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "docker.io/{PAUSE_IMAGE}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{PLUGINS}"
conf_dir = "{folder}/networks"
"""


def _names(folder: Path) -> str:
    return f""".:53 {{
    bind {ADDRESS}
    errors
    ready 127.0.0.1:8181
    kubernetes cluster.local in-addr.arpa {{
        kubeconfig {access(folder)}
    }}
    cache 5
}}
"""


def _network(folder: Path) -> Json:
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": PODS}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(folder / "addresses"),
    }
    bridge = {"type": "bridge", "bridge": "pods0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge]}


def _dump(content: Json, target: Path) -> None:
    YAML(typ="safe", pure=True).dump(content, target)
