"""What kubectl and its Kustomize make of kubernetes/."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml import YAML

from manifests.configuration import folders
from manifests.description import ROOT, Json
from tests.stack.tools.location import program

KUBERNETES = ROOT / "kubernetes"
OVERLAYS = sorted(path.name for path in (KUBERNETES / "overlays").iterdir())
COMPONENTS = sorted(path.name for path in (KUBERNETES / "components").iterdir())
TEXT = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
EXAMPLE, PASSWORDS = re.findall(r"(?ms)^```(?:yaml|sh)\n((?:apiVersion|SHOP_DB_PASSWORD).*?)^```$", TEXT)
"""The overlay of the page, and its passwords."""

ANSWERS_WITHIN_S = 120.0


class Said(NamedTuple):
    """What kubectl has printed, and how it ended."""

    code: int
    out: str
    err: str


def kubectl(*arguments: str) -> Said:
    """What a command says."""
    command = [str(program("kubectl")), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=ANSWERS_WITHIN_S)
    return Said(done.returncode, done.stdout, done.stderr)


def rendered(folder: Path) -> list[Json]:
    """The objects that Kustomize makes of an overlay, without any warning."""
    said = kubectl("kustomize", str(folder))
    assert (said.code, said.err) == (0, "")
    return list(YAML(typ="safe").load_all(said.out))


def overlay(checkout: Path, kustomization: str = EXAMPLE, passwords: str = PASSWORDS) -> Path:
    """An overlay of that text, in a copy of what Kustomize reads; without other words the page's."""
    for name in ("kubernetes", *folders()):
        shutil.copytree(ROOT / name, checkout / name)
    folder = checkout / "kubernetes" / "overlays" / "tried"
    folder.mkdir()
    (folder / "kustomization.yaml").write_text(kustomization)
    (folder / "passwords.env").write_text(passwords)
    return folder


def templates(objects: list[Json]) -> list[Json]:
    """The pods' templates."""
    return [each["spec"]["template"] for each in objects if each["kind"] in {"Deployment", "StatefulSet"}]
