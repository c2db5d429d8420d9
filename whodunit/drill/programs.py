"""PostgreSQL's server programs, and the user that they run as."""

import os
import shutil
import sys
from pathlib import Path

FOLDERS = (
    "/usr/lib/postgresql",
    "/usr/pgsql-*",
    "/opt/homebrew/opt/postgresql@*",
    "/usr/local/opt/postgresql@*",
)


def postgres_folder() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest one; None when there is none."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    for pattern in FOLDERS:
        root = Path(pattern)
        candidates += sorted(root.parent.glob(f"{root.name}/**/bin/initdb"), reverse=True)
    folders = [each.parent if each.name == "initdb" else each for each in candidates]
    return next((each for each in folders if (each / "postgres").exists()), None)


def server_user() -> str | None:
    """Who runs a server: it refuses to run as root; None for whoever runs us."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - not on Windows

    names = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
