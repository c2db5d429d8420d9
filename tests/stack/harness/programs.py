"""Turns a container into a process: which program stands for its image, with which arguments and environment."""

import os
import signal
import sys
from pathlib import Path

from tests.stack.harness.addresses import Addresses
from tests.stack.harness.compose import Container
from tests.stack.harness.places import Places
from tests.stack.harness.postgres import DATA_FOLDER, INIT_FOLDER, Postgres
from tests.stack.harness.process import Launch
from tests.stack.tools.location import bin_folder, program

ENTRY_POINTS = {
    "prometheus": ["prometheus"],
    "jaeger": ["jaeger"],
    "loki": ["loki"],
    "opentelemetry-collector-contrib": ["otelcol"],
}
"""What the official images run before the command's words; the others run the command as it is."""

POSTGRES_PORT = 5432


def launch(container: Container, addresses: Addresses, places: Places, folder: Path) -> Launch:
    """How to run a container's program here, in a folder of its own."""
    words = [*ENTRY_POINTS.get(container.program, []), *container.command]
    words = [places.argument(addresses.text(word, container.name)) for word in words]
    environment = places.environment(addresses.environment(container.environment, container.name))
    if container.program == "postgres":
        server = postgres(container, places, folder)
        port = addresses.port(container.name, POSTGRES_PORT)
        command = server.command(words, port)
        return Launch(command, _surroundings(folder), server.run, server.user, signal.SIGINT)
    return Launch([_executable(words[0]), *words[1:]], _surroundings(folder) | environment, folder)


def postgres(container: Container, places: Places, folder: Path) -> Postgres:
    """The server that a container of PostgreSQL stands for."""
    targets = [mount.target for mount in container.mounts]
    scripts = next((places.of(target) for target in targets if target.startswith(INIT_FOLDER)), None)
    return Postgres(places.of(DATA_FOLDER) / "cluster", folder, scripts, container.environment)


def _executable(word: str) -> str:
    if word in {"python", "python3"}:
        return sys.executable
    if word == "whodunit":
        return str(Path(sys.executable).with_name("whodunit"))
    return str(program(word))


def _surroundings(folder: Path) -> dict[str, str]:
    """What any container has, and nothing else of this session's environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), str(bin_folder()), os.environ["PATH"]])
    return {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
