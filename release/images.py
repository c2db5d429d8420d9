"""The images of the stack in a bundle: those of the compose file that the engine of this machine has."""

import shutil
import subprocess
from pathlib import Path

from release import install, project

NONE = "No images: there is no Docker engine with Compose here.\n"
GET_THEM = "docker compose pull --ignore-buildable; docker compose build"


def save(bundle: Path) -> str:
    """Write the images into one archive; says which there are, and which this engine lacks."""
    if not shutil.which("docker") or not (_succeeds("info") and _succeeds("compose", "version")):
        return NONE
    wanted = sorted(set(project.run("docker", "compose", "config", "--images").split()))
    found = [image for image in wanted if _succeeds("image", "inspect", image)]
    if found:
        project.run("docker", "save", "--output", str(bundle / install.IMAGES), *found)
    return _told(found, [image for image in wanted if image not in found])


def _told(found: list[str], lacking: list[str]) -> str:
    there = f"Images: {', '.join(found) or 'none'}.\n"
    return f"{there}Not there: {', '.join(lacking)}. First: {GET_THEM}\n" if lacking else there


def _succeeds(*words: str) -> bool:
    command = ["docker", *words]
    return not subprocess.run(command, check=False, capture_output=True, cwd=project.ROOT).returncode  # noqa: S603  ours
