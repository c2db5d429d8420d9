"""One node with everything that makes a cluster of it: the store, the API, the controllers, what runs pods, names."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from tests.kubernetes import settings
from tests.kubernetes.images import archives
from tests.kubernetes.room import Room
from tests.stack.harness.process import Launch, Process
from tests.stack.kustomize import Said
from tests.stack.tools.location import cache_folder, program

CONTAINERD = "/usr/bin/containerd"
READY_WITHIN_S = 180.0
ANSWERS_WITHIN_S = 900.0
ASK_NAME_SERVER = r"exec 3<>/dev/tcp/127.0.0.1/8181 && printf 'GET /ready HTTP/1.0\r\n\r\n' >&3 && grep -q ' 200 ' <&3"


class Node:
    """Its programs, started one after the other in a room of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.room = Room(folder)
        self._programs: list[Process] = []

    def start(self) -> None:
        """Returns when it takes pods; fails with the last words of what does not start."""
        settings.write(self.folder)
        self._start(CONTAINERD, {"config": str(self.folder / "containerd.toml")})
        self._start(str(program("etcd")), settings.etcd(self.folder))
        self._start(str(program("kube-apiserver")), settings.api_server(self.folder))
        self._wait("the API server", lambda: self.kubectl("get", "--raw", "/readyz").out == "ok")
        self._start(str(program("kube-controller-manager")), settings.controllers(self.folder))
        self._start(str(program("kube-scheduler")), settings.scheduler(self.folder))
        self.take([settings.PAUSE_IMAGE])
        self._start(str(program("kubelet")), settings.kubelet(self.folder))
        self._start(str(program("kube-proxy")), {"config": str(self.folder / "kube-proxy.yaml")})
        self._start(str(program("coredns")), {"conf": str(self.folder / "Corefile")})
        self._wait("the node", lambda: " Ready " in self.kubectl("get", "nodes").out)
        self._wait("the name server", lambda: self._said("bash", "-c", ASK_NAME_SERVER).code == 0)

    def take(self, images: Iterable[str]) -> None:
        """Have images as if they had been pulled."""
        socket = f"--address={self.folder}/containerd.sock"
        for path in archives(images).values():
            self.room.run("ctr", socket, "--namespace=k8s.io", "images", "import", str(path))

    def kubectl(self, *arguments: str) -> Said:
        """What a command says of this cluster."""
        return self._said(str(program("kubectl")), f"--kubeconfig={settings.access(self.folder)}", *arguments)

    def stop(self) -> None:
        """Everything at once: the room ends with all that runs in it."""
        self.room.close()
        for each in self._programs:
            each.kill()

    def _start(self, path: str, arguments: Mapping[str, str]) -> None:
        options = (f"--{key}={value}" for key, value in arguments.items())
        name = Path(path).name
        launch = Launch(self.room.inside(path, *options), os.environ, self.folder)
        process = Process(name, launch, self.folder / f"{name}.log")
        process.start()
        self._programs.append(process)

    def _wait(self, what: str, is_so: Callable[[], bool]) -> None:
        deadline = monotonic() + READY_WITHIN_S
        while not is_so():
            ended = [each for each in self._programs if each.exit_code is not None]
            assert not ended, f"{ended[0].name} has ended:\n{ended[0].last_words()}"
            assert monotonic() < deadline, f"{what} is not ready:\n{self._programs[-1].last_words()}"
            sleep(0.2)

    def _said(self, *command: str) -> Said:
        done = subprocess.run(
            self.room.inside(*command), check=False, capture_output=True, text=True, timeout=ANSWERS_WITHIN_S
        )
        return Said(done.returncode, done.stdout, done.stderr)


@contextmanager
def node() -> Iterator[Node]:
    """A node for as long as the block lasts; nothing of it is left, however it ends."""
    home = cache_folder().parent
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="node-", dir=home) as folder:
        node = Node(Path(folder))
        node.room.open()
        try:
            _forget_killed(home, node.folder)
            node.start()
            yield node
        finally:
            node.stop()


def _forget_killed(home: Path, own: Path) -> None:
    """The folders of nodes whose owner was killed: no other runs beside this one."""
    for folder in home.glob("node-*"):
        if folder != own:
            shutil.rmtree(folder)
