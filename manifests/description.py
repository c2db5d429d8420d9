"""What docker-compose.yml and `.env` say of each program that Kubernetes has to know."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.stack.harness import compose
from tests.stack.harness.compose import Mount

ROOT = Path(__file__).parents[1]
COMPOSE_FILE, ENV_FILE = ROOT / "docker-compose.yml", ROOT / ".env"

SECRETS = ("SHOP_DB_PASSWORD", "SESSION_SECRET", "WHODUNIT_TOKEN", "GRAFANA_ADMIN_PASSWORD")
"""Variables that no manifest holds: they come from a Secret, and stand in values as `$(NAME)`."""

VENDOR = ("VENDOR_OTLP_ENDPOINT", "VENDOR_OTLP_HEADERS")

OWN_IMAGE = "whodunit"
OPENED = re.compile(r"/dev/tcp/([^/]+)/")
SECONDS = re.compile(r"(\d+)s")

Json = dict[str, Any]


class NotDescribedError(Exception):
    """Something that Kubernetes has to know is not said; the message says what to write, and where."""


@dataclass(frozen=True)
class Check:
    """How a container is asked if it is ready, by a command in it."""

    command: tuple[str, ...]
    every_s: int

    @property
    def asks_another(self) -> bool:
        """True if the answer is another program's, and says little about this one."""
        return any(host != "127.0.0.1" for host in OPENED.findall(" ".join(self.command)))


@dataclass(frozen=True)
class Program:
    """One service of the compose file; `has_reaper` means that it must not be process 1."""

    name: str
    image: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    mounts: tuple[Mount, ...]
    waits_for: tuple[str, ...]
    user: str | None
    memory_mib: int
    capabilities: tuple[str, ...]
    check: Check | None
    grace_s: int | None
    has_reaper: bool

    @property
    def sends_telemetry(self) -> bool:
        """True if it has a name there."""
        return "OTEL_SERVICE_NAME" in self.environment


@cache
def programs() -> dict[str, Program]:
    """The programs that `docker compose up` starts, by name."""
    raw = compose.services(COMPOSE_FILE, _values())
    read = compose.read(COMPOSE_FILE, _values())
    return {each.name: _program(each, raw[each.name]) for each in read}


@cache
def volumes_in_memory() -> Mapping[str, str]:
    """The size of each volume that is in memory, by its name."""
    declared = compose.document(COMPOSE_FILE, _values())["volumes"]
    options = {name: (each or {}).get("driver_opts", {}) for name, each in declared.items()}
    sizes = {name: re.search(r"size=(\d+)m", each["o"]) for name, each in options.items() if "o" in each}
    return {name: f"{size[1]}Mi" for name, size in sizes.items() if size}


def secrets() -> Mapping[str, str]:
    """The values that `.env` gives them; empty where it gives none."""
    given = compose.variables(ENV_FILE)
    return {name: given.get(name, "") for name in SECRETS}


def release() -> str:
    """The version of our own image."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def _values() -> dict[str, str]:
    # A vendor is a component's: what somebody has set here for Compose is none of the base's, and may be a key.
    unset = dict.fromkeys(VENDOR, "")
    return compose.variables(ENV_FILE, **unset, **{name: f"$({name})" for name in SECRETS})


def _program(read: compose.Container, raw: Json) -> Program:
    return Program(
        name=read.name,
        image=f"{OWN_IMAGE}:{release()}" if read.image == OWN_IMAGE else read.image,
        arguments=read.command,
        environment=read.environment,
        mounts=read.mounts,
        waits_for=tuple(read.after),
        user=raw.get("user"),
        memory_mib=int(raw["mem_limit"].removesuffix("m")),
        capabilities=tuple(raw.get("cap_add", ())),
        check=_check(raw.get("healthcheck")),
        grace_s=_seconds(raw.get("stop_grace_period", "")),
        has_reaper=raw.get("init", False),
    )


def _check(given: Json | None) -> Check | None:
    if given is None:
        return None
    every_s = _seconds(given["interval"])
    if given["test"][0] != "CMD" or every_s is None:
        raise NotDescribedError(f"The healthcheck {given} is not read here: write test: [CMD, …] and interval: 10s.")
    return Check(tuple(given["test"][1:]), every_s)


def _seconds(text: str) -> int | None:
    found = SECONDS.fullmatch(text)
    return int(found[1]) if found else None
