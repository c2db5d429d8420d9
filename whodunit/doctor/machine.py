"""What the machine itself must have."""

import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from whodunit.doctor.finding import Finding

OLDEST_PYTHON = (3, 11)
KNOWN = {"x86_64", "amd64", "arm64", "aarch64"}
LEAST_FREE_MIB = 700
"""The budget of a shop without Docker."""

LEAST_DISK_GIB = 5.0
MEBIBYTE, GIBIBYTE = 1 << 20, 1 << 30
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that says less was never set."""


def python() -> Finding:
    """The interpreter that runs this."""
    says = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", says, "Install Python 3.11 or newer")
    return Finding("python", says)


def architecture(machine: str) -> Finding:
    """`machine` as the platform names it."""
    if machine.lower() in KNOWN:
        return Finding("architecture", machine)
    return Finding("architecture", f"{machine} is none that images exist for", "Use a 64-bit Intel, AMD or ARM machine")


def memory() -> Finding:
    """What a shop without Docker could have."""
    free = psutil.virtual_memory().available / MEBIBYTE
    says = f"{free:.0f} MiB free on this machine"
    if free < LEAST_FREE_MIB:
        return Finding(
            "free memory", says, f"Close other programs: a shop needs {LEAST_FREE_MIB} MiB even without Docker"
        )
    return Finding("free memory", says)


def disk(folder: Path) -> Finding:
    """Room for images, databases and telemetry."""
    free = shutil.disk_usage(folder).free / GIBIBYTE
    says = f"{free:.1f} GiB free"
    if free < LEAST_DISK_GIB:
        return Finding("disk", says, f"Free some space: images and telemetry need {LEAST_DISK_GIB:g} GiB")
    return Finding("disk", says)


def clock(now: datetime) -> Finding:
    """Whether it was ever set."""
    says = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < OLDEST_NOW:
        return Finding("clock", says, "Set the clock: everything is found by its time")
    return Finding("clock", says)


def port(number: int, host: str, is_ours: Callable[[], bool]) -> Finding:
    """Whether the entry can listen; `is_ours` asks whether the stack itself is what does."""
    try:
        with socket.create_server((host, number)):
            return Finding("port", f"{number} is free")
    except OSError as error:
        if is_ours():
            return Finding("port", f"{number} is the running stack's")
        remedy = f"Choose another for the stack: WHODUNIT_PORT={number + 1000} in .env (whodunit up finds one itself)"
        return Finding("port", f"{number} cannot be used: {os.strerror(error.errno or 0)}", remedy)
