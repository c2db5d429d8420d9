"""Findings about Docker: installed, recent, running, with enough memory."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from whodunit.doctor.finding import Finding
from whodunit.shell import Shell

OLDEST_COMPOSE = (2, 20)
"""`attach: false` keeps nineteen containers' lines off the terminal."""

OLDEST_DOCKER = (20, 10)
LEAST_MEMORY_GIB = 3.0
"""2 GiB for the containers, the rest for page caches and for building the image."""

MOST_SKEW = timedelta(seconds=5)
WITHOUT = "Or do without: whodunit up needs no Docker"
GIBIBYTE = 1 << 30
OF_SNAP = "/var/snap/"

Json = dict[str, Any]


def docker(shell: Shell, now: datetime) -> Iterator[Finding]:
    """All findings about Docker; ends at the first that leaves nothing more to check."""
    found = shell(["docker", "--version"])
    if not found.ok:
        yield Finding("docker", "there is no docker command", f"Install Docker Engine or Docker Desktop. {WITHOUT}")
        return
    yield _version("docker", found.out, OLDEST_DOCKER, "Update Docker")
    yield _compose(shell)
    info = _info(shell)
    if info is None:
        refusal = shell(["docker", "info"]).last_words
        remedy = f"Start Docker, or let your user use it (group docker). {WITHOUT}"
        yield Finding("engine", f"the engine does not answer: {refusal}", remedy)
        return
    yield Finding("engine", f"answers: {info.get('OperatingSystem', 'unknown')}, {info.get('Architecture', '')}")
    yield _packaging(info)
    yield _memory(info)
    yield _clock(info, now)


def _compose(shell: Shell) -> Finding:
    found = shell(["docker", "compose", "version", "--short"])
    remedy = "Install the Compose plugin: https://docs.docker.com/compose/install/"
    if not found.ok:
        return Finding("compose", "docker compose is not there", remedy)
    return _version("compose", found.out, OLDEST_COMPOSE, remedy)


def _version(name: str, text: str, oldest: tuple[int, int], remedy: str) -> Finding:
    found = re.search(r"(\d+)\.(\d+)[\w.+-]*", text)
    if not found:
        return Finding(name, f"its version cannot be read: {text.strip()}", remedy)
    wanted = ".".join(map(str, oldest))
    if (int(found[1]), int(found[2])) < oldest:
        return Finding(name, f"{found[0]} is older than {wanted}", remedy)
    return Finding(name, found[0])


def _info(shell: Shell) -> Json | None:
    found = shell(["docker", "info", "--format", "{{json .}}"])
    try:
        info: Json = json.loads(found.out)
    except ValueError:
        return None
    return info if found.ok and not info.get("ServerErrors") else None


def _packaging(info: Json) -> Finding:
    """Snap's confinement forbids what our containers ask for: no program starts with `no-new-privileges`."""
    if str(info.get("DockerRootDir", "")).startswith(OF_SNAP):
        remedy = (
            f"Type: sudo snap remove docker, and install Docker Engine from docs.docker.com/engine/install. {WITHOUT}"
        )
        return Finding("packaging", "Docker comes from snap, which starts no container of ours", remedy)
    return Finding("packaging", "not from snap")


def _memory(info: Json) -> Finding:
    size = info.get("MemTotal", 0) / GIBIBYTE
    message = f"{size:.1f} GiB for containers"
    if size < LEAST_MEMORY_GIB:
        remedy = f"Give Docker {LEAST_MEMORY_GIB:g} GiB or more (Docker Desktop: Settings, Resources). {WITHOUT}"
        return Finding("memory", message, remedy)
    return Finding("memory", message)


def _clock(info: Json, now: datetime) -> Finding:
    """After a laptop slept, the virtual machine's clock may lag: then no query finds anything recent."""
    try:
        skew = abs(_moment(info["SystemTime"]) - now)
    except (KeyError, ValueError):
        return Finding("engine's clock", "cannot be read; assumed to be right")
    message = f"{skew.total_seconds():.1f} s apart from this machine's"
    if skew > MOST_SKEW:
        return Finding("engine's clock", message, "Restart Docker, or set the clocks: they must agree to a few seconds")
    return Finding("engine's clock", message)


def _moment(text: str) -> datetime:
    """Docker writes nanoseconds, which Python does not read."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
