"""Findings about the machine itself."""

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
"""An earlier clock was never set."""


def python() -> Finding:
    """The interpreter that runs this."""
    message = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", message, "Install Python 3.11 or newer")
    return Finding("python", message)


def architecture(machine: str) -> Finding:
    """`machine` as the platform names it."""
    if machine.lower() in KNOWN:
        return Finding("architecture", machine)
    return Finding("architecture", f"{machine} has no images", "Use a 64-bit Intel, AMD or ARM machine")


def memory() -> Finding:
    """The memory that a shop without Docker could have."""
    free = psutil.virtual_memory().available / MEBIBYTE
    message = f"{free:.0f} MiB free on this machine"
    if free < LEAST_FREE_MIB:
        return Finding(
            "free memory", message, f"Close other programs: a shop needs {LEAST_FREE_MIB} MiB even without Docker"
        )
    return Finding("free memory", message)


def disk(folder: Path) -> Finding:
    """Room for images, databases and telemetry."""
    free = shutil.disk_usage(folder).free / GIBIBYTE
    message = f"{free:.1f} GiB free"
    if free < LEAST_DISK_GIB:
        return Finding("disk", message, f"Free some space: images and telemetry need {LEAST_DISK_GIB:g} GiB")
    return Finding("disk", message)


def clock(now: datetime) -> Finding:
    """The machine's clock, which may never have been set."""
    message = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < OLDEST_NOW:
        return Finding("clock", message, "Set the clock: everything is found by its time")
    return Finding("clock", message)


def port(number: int, host: str, is_ours: Callable[[], bool]) -> Finding:
    """The port of the stack's entry: free, the stack's own (`is_ours` asks), or taken."""
    try:
        with socket.create_server((host, number)):
            return Finding("port", f"{number} is free")
    except OSError as error:
        if is_ours():
            return Finding("port", f"{number} is used by the running stack")
        remedy = f"Choose another for the stack: WHODUNIT_PORT={number + 1000} in .env (whodunit up finds one itself)"
        return Finding("port", f"{number} cannot be used: {os.strerror(error.errno or 0)}", remedy)
