"""Where a container's mounted folders are on this machine."""

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.stack.harness.compose import Mount

IMAGE_CONTENT = {"/flags": {"flags.json": "flags/flags.flagd.json"}}
"""What the Dockerfile puts where a volume is mounted."""

UNMOUNTED = ("/state",)
"""What a container writes outside of any volume."""

_ROUTE = re.compile(r"(url|prefix)$", re.IGNORECASE)
"""Options and variables whose value begins with a slash, and is no path in the file system."""


class Places:
    """Replaces the paths of one container's mounts by paths of this machine; `own` is the container's own folder."""

    def __init__(self, mounts: Iterable[Mount], checkout: Path, volumes: Path, own: Path) -> None:
        self._checkout = checkout
        mounted = {mount.target: _place(mount, checkout, volumes) for mount in mounts}
        self._places = {path: own / path[1:] for path in UNMOUNTED} | mounted
        targets = "|".join(map(re.escape, sorted(self._places, key=len, reverse=True)))
        self._path = re.compile(rf"(?<![\w./])({targets})(?![\w.-])") if targets else None

    def make_volumes(self) -> None:
        """Named volumes begin empty, but for what the image has at that place."""
        for target, place in self._places.items():
            if not place.exists():
                place.mkdir(parents=True)
                for name, source in IMAGE_CONTENT.get(target, {}).items():
                    shutil.copyfile(self._checkout / source, place / name)

    def of(self, target: str) -> Path:
        """Where a mount is; raises KeyError."""
        return self._places[target]

    def argument(self, text: str) -> str:
        """One word of the command."""
        return text if _ROUTE.search(text.partition("=")[0]) else self._replaced(text)

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every variable's value."""
        return {name: value if _ROUTE.search(name) else self._replaced(value) for name, value in given.items()}

    def _replaced(self, text: str) -> str:
        return self._path.sub(lambda match: str(self._places[match[1]]), text) if self._path else text


def _place(mount: Mount, checkout: Path, volumes: Path) -> Path:
    return volumes / mount.source if mount.is_volume else (checkout / mount.source).resolve()
