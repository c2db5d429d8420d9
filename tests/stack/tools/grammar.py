"""Grafana's grammar of LogQL, which reads queries where no Loki does: an npm package under the Apache licence."""

import shutil
import subprocess
from pathlib import Path

from tests.stack.tools.location import cache_folder

RECIPE = Path(__file__).parents[2] / "logql"
LOCK = "package-lock.json"
WITHIN_S = 120.0


def folder() -> Path:
    """Where npm installs it."""
    return cache_folder() / "logql"


def is_current() -> bool:
    """Whether it is there, in the version that is pinned."""
    installed = folder() / LOCK
    return (folder() / "node_modules").is_dir() and installed.read_bytes() == (RECIPE / LOCK).read_bytes()


def provide() -> str:
    """Install it and say how that went; without npm it is left out."""
    if shutil.which("npm") is None:
        return "left out, there is no npm"
    folder().mkdir(parents=True, exist_ok=True)
    shutil.copyfile(RECIPE / "package.json", folder() / "package.json")
    shutil.copyfile(RECIPE / LOCK, folder() / LOCK)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command,
        cwd=folder(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WITHIN_S,
    )
    if done.returncode:
        shutil.rmtree(folder())
        return f"left out, npm says: {done.stdout.strip()}"
    return "installed"
