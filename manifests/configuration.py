"""ConfigMaps of the programs' configuration: a kustomization in each folder that Compose mounts.

Kustomize reads files at and below a kustomization only, so it stands beside the files instead of a copy of them.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from manifests.description import ROOT, Json, programs

KUSTOMIZATION = "kustomization.yaml"
CONFIGURATION = "configuration"
"""The volume with a program's configuration, in its pod."""

READ_AND_RUN = 0o555


def folders() -> list[str]:
    """The folders of this checkout that programs mount, by name."""
    mounts = (mount for program in programs().values() for mount in program.mounts)
    return sorted({mount.folder for mount in mounts if mount.is_configuration})


def kustomization(folder: str) -> Json:
    """What makes a ConfigMap, named with a hash of its content, of all files of the folder."""
    files = [key if key == path else f"{key}={path}" for key, path in _keys(folder)]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "configMapGenerator": [{"name": folder, "files": files}],
    }


def volume(folder: str) -> Json:
    """The volume that has the folder's files where Compose mounts them."""
    keys = _keys(folder)
    source: Json = {"name": folder}
    if _has_programs(folder):
        source["defaultMode"] = READ_AND_RUN
    if any(key != path for key, path in keys):
        source["items"] = [{"key": key, "path": path} for key, path in keys]
    return {"name": CONFIGURATION, "configMap": source}


def _keys(folder: str) -> Sequence[tuple[str, str]]:
    """The key and the path of each file: a key has no slash."""
    paths = [path.relative_to(ROOT / folder).as_posix() for path in _files(folder)]
    return [(path.replace("/", "_"), path) for path in paths]


def _files(folder: str) -> list[Path]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.name != KUSTOMIZATION)
    return sorted(path for path in found if not path.name.startswith("."))


def _has_programs(folder: str) -> bool:
    return any(os.access(path, os.X_OK) and path.stat().st_mode & 0o111 for path in _files(folder))
