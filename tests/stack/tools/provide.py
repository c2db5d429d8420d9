"""Provides one program: the one that is there already, the one in PATH when its version fits, else one built here.

What is never built here is left out when it is not in PATH.
"""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

from tests.stack.tools.go import Progress, build
from tests.stack.tools.location import bin_folder
from tests.stack.tools.programs import Program

ANSWERS_WITHIN_S = 10.0


def is_current(program: Program) -> bool:
    """Whether the program is there, made by the recipe as it is now."""
    target, stamp = _files(program)
    return target.exists() and stamp.exists() and stamp.read_text() == _recipe(program)


def provide(program: Program, progress: Progress) -> str:
    """Put the program in place and say where it came from; raises BuildError."""
    target, stamp = _files(program)
    bin_folder().mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    installed = _in_path(program)
    if installed:
        target.unlink(missing_ok=True)
        target.symlink_to(installed)
    elif program.module:
        build(program, target, progress)
    else:
        target.unlink(missing_ok=True)
        return "not in PATH, left out"
    stamp.write_text(_recipe(program))
    return f"from {installed}" if installed else "built"


def _files(program: Program) -> tuple[Path, Path]:
    return bin_folder() / program.name, bin_folder() / f"{program.name}.stamp"


def _recipe(program: Program) -> str:
    """A fingerprint of everything the build is made from."""
    digest = hashlib.sha256(repr(program).encode())
    folder = program.folder.iterdir() if program.module else ()
    for each in sorted(path for path in folder if path.is_file()):
        digest.update(each.read_bytes())
    return digest.hexdigest()


def _in_path(program: Program) -> Path | None:
    found = [Path(path) for name in program.names if (path := shutil.which(name))]
    return next((path for path in found if _says(path, program)), None)


def _says(path: Path, program: Program) -> bool:
    """Whether the program at `path` calls itself the wanted version."""
    try:
        done = subprocess.run(
            [path, *program.asked.split()],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=ANSWERS_WITHIN_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return re.search(rf"(?<![\d.])v?{re.escape(program.version)}(?![\d.])", done.stdout) is not None
