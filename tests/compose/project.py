"""`docker compose` on this checkout, as a project of its own on a free port."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
COMMAND_WITHIN_S = 600.0
UP_WITHIN_S = 300
GRAFANA, LOKI = "grafana", "loki"

Json = dict[str, Any]


class Project:
    """Containers, networks and volumes under one name."""

    def __init__(self, name: str, port: int) -> None:
        """`port` is where its entry is published."""
        self.name = name
        self.entry_url = f"http://127.0.0.1:{port}"
        self._environment = os.environ | {"COMPOSE_PROJECT_NAME": name, "WHODUNIT_PORT": str(port)} | _builder()
        self._left_out: list[str] = []

    def prepare(self) -> None:
        """Build our image and find the others; leave out what cannot be had here."""
        self.compose("build", "lab")
        if not self._can_be_had(LOKI):
            self._environment["LOG_STORE"] = "store"
        if not self._can_be_had(GRAFANA):
            # Compose would pull even what it does not start.
            self._left_out = ["--pull", "never", "--scale", f"{GRAFANA}=0"]
        collector = json.loads(self.compose("config", "--format", "json"))["services"]["otel-collector"]["image"]
        if "postgresql" not in self._docker("run", "--rm", collector, "components"):
            self._environment["COLLECTOR_CONTRIB"] = ""

    def up(self) -> None:
        """Returns when the first order has gone through."""
        self.compose("up", "--wait", "--wait-timeout", str(UP_WITHIN_S), *self._left_out)

    def down(self, *options: str) -> None:
        """Stop and remove the containers."""
        self.compose("down", "--timeout", "15", *options)

    def inside(self, container: str, *command: str) -> str:
        """What a command prints in a running container."""
        return self.compose("exec", "-T", container, *command)

    def state_of(self, container: str) -> str:
        """What the lab says of it."""
        status = json.loads(self.inside("lab", "whodunit", "status", "--json"))
        return str(next(row["state"] for row in status["backends"] if row["name"] == container))

    def containers(self) -> dict[str, Json]:
        """What `docker inspect` knows of each container, by its name in the compose file."""
        ids = self.compose("ps", "--all", "--quiet").split()
        found = json.loads(self._docker("inspect", *ids))
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in found}

    def users(self, container: str) -> set[str]:
        """As whom a container's processes run, as numbers."""
        lines = self._docker("top", self.containers()[container]["Id"], "-eo", "pid,uid").splitlines()
        return {line.split()[1] for line in lines[1:]}

    def volumes(self) -> list[str]:
        """Names of the volumes that exist."""
        label = f"label=com.docker.compose.project={self.name}"
        return self._docker("volume", "ls", "--quiet", "--filter", label).split()

    def compose(self, *arguments: str, check: bool = True) -> str:
        """What `docker compose …` prints; fails with what it complained about."""
        return self._docker("compose", *arguments, check=check)

    def _docker(self, *arguments: str, check: bool = True) -> str:
        done = self._run(*arguments)
        assert not check or done.returncode == 0, f"docker {' '.join(arguments)}: {done.stdout}\n{done.stderr}"
        return done.stdout if check else done.stdout + done.stderr

    def _can_be_had(self, container: str) -> bool:
        return self._run("compose", "pull", "--quiet", "--policy", "missing", container).returncode == 0

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker", *arguments],
            cwd=CHECKOUT,
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=COMMAND_WITHIN_S,
        )


def missing() -> str | None:
    """Why nothing can be run here; None when it can."""
    if not shutil.which("docker"):
        return "docker is not installed"
    for command, complaint in (
        ("info", "the Docker engine does not answer"),
        ("compose version", "docker compose is missing"),
    ):
        if subprocess.run(["docker", *command.split()], check=False, capture_output=True).returncode:
            return complaint
    return None


def _builder() -> dict[str, str]:
    # Debian's engine comes without the newer builder.
    has_buildx = subprocess.run(["docker", "buildx", "version"], check=False, capture_output=True).returncode == 0
    return {} if has_buildx else {"DOCKER_BUILDKIT": "0"}
