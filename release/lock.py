"""The lock file: one exact version of each package, where it is needed, and the checksums of its files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^(?P<pin>[A-Za-z0-9][^\\\n]*?) *\\\n(?P<hashes>(?: +--hash=\S+(?: \\)?\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """One package of the lock file."""

    pin: str
    """Name, version, and the environment marker, if it has one."""

    hashes: tuple[str, ...]
    """Options for pip."""

    def is_needed_in(self, environment: dict[str, str]) -> bool:
        """True where an installation in this environment, by the names of environment markers, takes it."""
        marker = Requirement(self.pin).marker
        return marker is None or marker.evaluate(environment)

    @property
    def name(self) -> str:
        """Its name in the form in which names are compared."""
        return canonicalize_name(Requirement(self.pin).name)

    @property
    def requirement(self) -> str:
        """A line of a requirements file for one environment: without the marker, with checksums."""
        return " ".join([self.version, *self.hashes])

    @property
    def version(self) -> str:
        """`name==version`."""
        return self.pin.partition(";")[0].strip()


def read(text: str) -> list[Locked]:
    """All packages of a lock file."""
    return list(_packages(text))


def constraints(packages: list[Locked]) -> str:
    """The versions as constraints: without checksums, because pip would then ask for one of the wheel, too."""
    return "".join(f"{each.pin}\n" for each in packages)


def _packages(text: str) -> Iterator[Locked]:
    for found in PINNED.finditer(text):
        yield Locked(found["pin"], tuple(re.findall(r"--hash=\S+", found["hashes"])))
