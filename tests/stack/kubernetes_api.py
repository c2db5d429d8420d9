"""A kube-apiserver with an etcd of its own, on loopback, and nothing that would run a pod."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ruamel.yaml import YAML

from tests.stack.harness.process import Launch, Process
from tests.stack.kustomize import Said, kubectl
from tests.stack.tools.location import program
from whodunit.launcher.ports import Reservations

FIRST_PORT = 22_500
READY_WITHIN_S = 120.0
TOKEN = "of-the-tests"


class Api:
    """The server of an empty cluster, with all admission that is on by default."""

    def __init__(self, folder: Path, ports: tuple[int, int, int]) -> None:
        self._folder = folder
        self._etcd_port, self._peer_port, self._port = ports
        self._etcd = Process("etcd", self._launch("etcd", self._etcd_arguments()), folder / "etcd.log")
        self._server = Process("kube-apiserver", self._launch("kube-apiserver", self._arguments()), folder / "api.log")

    def start(self) -> None:
        """Returns when it answers."""
        self._write_files()
        self._etcd.start()
        self._server.start()
        deadline = monotonic() + READY_WITHIN_S
        while self.kubectl("get", "--raw", "/readyz").out != "ok":
            assert monotonic() < deadline, self._server.last_words()
            sleep(0.2)

    def stop(self) -> None:
        """The server first: without its store it would wait."""
        self._server.kill()
        self._etcd.kill()

    def kubectl(self, *arguments: str) -> Said:
        """What a command says of this cluster."""
        return kubectl(f"--kubeconfig={self._folder / 'config'}", *arguments)

    def _launch(self, name: str, arguments: dict[str, str]) -> Launch:
        command = [str(program(name)), *(f"--{key}={value}" for key, value in arguments.items())]
        return Launch(command, os.environ, self._folder)

    def _etcd_arguments(self) -> dict[str, str]:
        client, peer = (f"http://127.0.0.1:{port}" for port in (self._etcd_port, self._peer_port))
        return {
            "data-dir": str(self._folder / "etcd"),
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
            "unsafe-no-fsync": "true",
        }

    def _arguments(self) -> dict[str, str]:
        key = str(self._folder / "accounts.key")
        return {
            "etcd-servers": f"http://127.0.0.1:{self._etcd_port}",
            "bind-address": "127.0.0.1",
            "secure-port": str(self._port),
            "cert-dir": str(self._folder / "certificates"),
            "token-auth-file": str(self._folder / "tokens.csv"),
            "authorization-mode": "RBAC",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": key,
            "service-account-signing-key-file": key,
        }

    def _write_files(self) -> None:
        (self._folder / "tokens.csv").write_text(f"{TOKEN},admin,1,system:masters\n")
        key = generate_private_key(public_exponent=65537, key_size=2048)
        form = PrivateFormat.TraditionalOpenSSL
        (self._folder / "accounts.key").write_bytes(key.private_bytes(Encoding.PEM, form, NoEncryption()))
        cluster = {"server": f"https://127.0.0.1:{self._port}", "insecure-skip-tls-verify": True}
        YAML(typ="safe").dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "test",
                "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
                "clusters": [{"name": "test", "cluster": cluster}],
                "users": [{"name": "admin", "user": {"token": TOKEN}}],
            },
            self._folder / "config",
        )


@contextmanager
def private_api() -> Iterator[Api]:
    """A server for as long as the block lasts."""
    with TemporaryDirectory(prefix="whodunit-kubernetes-") as folder, Reservations() as reservations:
        first, second, third = (reservations.take(FIRST_PORT) for _ in range(3))
        api = Api(Path(folder), (first, second, third))
        try:
            api.start()
            yield api
        finally:
            api.stop()
