"""Reads docker-compose.yml: what runs, from which image, with which command, environment, mounts, after what."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from ruamel.yaml import YAML

from tests.stack.harness.interpolation import interpolate
from tests.stack.tools.location import program

Json = dict[str, Any]

PROFILES = "COMPOSE_PROFILES"


@dataclass(frozen=True)
class Mount:
    """A folder or file of the container: `source` is a path (from `./` or `/`) or the name of a volume."""

    source: str
    target: str
    read_only: bool = False

    @property
    def is_configuration(self) -> bool:
        """True for a folder of this checkout."""
        return self.source.startswith("./")

    @property
    def folder(self) -> str:
        """The folder of this checkout, below its root."""
        return self.source.removeprefix("./")

    @property
    def is_volume(self) -> bool:
        """Whether Compose keeps it, rather than this checkout."""
        return not self.source.startswith((".", "/"))


@dataclass(frozen=True)
class Container:
    """One service of the compose file. `after` says what must have happened to which other before it starts.

    `host` is the name by which others reach it.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    mounts: tuple[Mount, ...]
    after: Mapping[str, str]
    published: tuple[int, ...]
    host: str

    @property
    def program(self) -> str:
        """The image's name, without where it is kept and which version it is."""
        return self.image.rpartition("/")[2].partition(":")[0]


def variables(env_file: Path, **others: str) -> dict[str, str]:
    """What `.env` sets, with other values in place of some."""
    found = dotenv_values(env_file, interpolate=False)
    values = {name: value for name, value in found.items() if value is not None} | others
    return values | {PROFILES: interpolate(values.get(PROFILES, ""), values)}


def native(env_file: Path, **others: str) -> dict[str, str]:
    """The same where no container runs: without what only the contrib image has, and with Loki if it is there."""
    here = {"COLLECTOR_CONTRIB": "", "LOG_STORE": "loki" if program("loki").exists() else "store"}
    return variables(env_file, **here | others)


def read(file: Path, values: Mapping[str, str]) -> list[Container]:
    """The containers that `docker compose up` would start; raises UnsetError for a variable without a value."""
    return [_container(name, service) for name, service in services(file, values).items()]


def services(file: Path, values: Mapping[str, str]) -> dict[str, Json]:
    """The same as the file writes them, with anchors merged and variables replaced."""
    found = document(file, values)["services"]
    chosen = set(values.get(PROFILES, "").split(","))
    return {
        name: service
        for name, service in found.items()
        if not service.get("profiles") or chosen.intersection(service["profiles"])
    }


def document(file: Path, values: Mapping[str, str]) -> Json:
    """The whole file, with anchors merged and variables replaced."""
    loaded: Json = _interpolated(YAML(typ="safe", pure=True).load(file.read_text()), values)
    return loaded


def _interpolated(node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, str):
        return interpolate(node, values)
    if isinstance(node, list):
        return [_interpolated(each, values) for each in node]
    if isinstance(node, dict):
        return {key: _interpolated(each, values) for key, each in node.items()}
    return node


def _container(name: str, service: Json) -> Container:
    return Container(
        name,
        service["image"],
        tuple(map(str, [*_words(service, "entrypoint"), *_words(service, "command")])),
        _environment(service.get("environment") or {}),
        tuple(_mount(each) for each in service.get("volumes", ())),
        _after(service.get("depends_on") or {}),
        tuple(_container_port(each) for each in service.get("ports", ())),
        _host(name, service.get("networks") or {}),
    )


def _host(name: str, networks: Json) -> str:
    """The alias that a container stands in for another by, or its own name."""
    return next((alias for each in networks.values() for alias in each.get("aliases", ())), name)


def _words(service: Json, key: str) -> list[Any]:
    words = service.get(key) or []
    return shlex.split(words) if isinstance(words, str) else list(words)


def _environment(given: Json | list[str]) -> dict[str, str]:
    if isinstance(given, list):
        given = dict(each.partition("=")[::2] for each in given)
    return {name: _scalar(value) for name, value in given.items() if value is not None}


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mount(given: str | Json) -> Mount:
    if isinstance(given, str):
        source, target, *mode = given.split(":")
        return Mount(source, target, mode == ["ro"])
    return Mount(given.get("source", ""), given["target"], bool(given.get("read_only")))


def _after(given: Json | list[str]) -> dict[str, str]:
    if isinstance(given, list):
        return dict.fromkeys(given, "service_started")
    return {name: each["condition"] for name, each in given.items()}


def _container_port(given: str | Json) -> int:
    return int(given["target"] if isinstance(given, dict) else given.rpartition(":")[2])
