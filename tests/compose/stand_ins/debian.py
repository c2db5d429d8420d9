"""Debian's files in a folder, from its packages: the base system of every stand-in."""

import subprocess
import sys
from pathlib import Path

from tests.stack.tools.location import cache_folder

PACKAGES = "python3,python3-pip,python3-venv,ca-certificates,postgresql,busybox-static,libcap2-bin"
OF_THIS_MACHINE = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")
"""What pip needs to reach the package index from inside a build."""

NOT_IN_AN_IMAGE = ("proc", "sys", "dev", "var/cache/apt", "var/lib/apt/lists", "usr/share/doc")
"""Folders whose content is left out."""


def debian() -> Path:
    """The folder; made once."""
    root = cache_folder().parent / "stand-ins" / "debian"
    if not (root / "usr" / "bin" / "busybox").exists():
        sources = Path("/etc/apt/sources.list.d/debian.sources").read_text().splitlines()
        mirror = next(line.partition(":")[2].strip() for line in sources if line.startswith("URIs:"))
        _run("apt-get", "install", "-y", "-qq", "debootstrap")
        _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "trixie", str(root), mirror)
    for each in OF_THIS_MACHINE:
        if (Path("/") / each).exists():
            (root / each).write_bytes((Path("/") / each).read_bytes())
    return root


def archived(root: Path) -> list[str]:
    """The command that writes such a folder as an archive to its output, with what files may do."""
    left_out = (f"--exclude=./{each}/*" for each in NOT_IN_AN_IMAGE)
    kept = ("--xattrs", "--xattrs-include=security.capability", "--numeric-owner")
    return ["tar", "-C", str(root), *kept, *left_out, "-c", "."]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)
