"""Runs Go: builds a program from its pinned module."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.stack.tools.location import cache_folder
from tests.stack.tools.programs import Program

BUILDER = "go.opentelemetry.io/collector/cmd/builder@v{version}"
KEPT_LINES = 40

Progress = Callable[[str], None]


class BuildError(Exception):
    """A program could not be built; the message says why and what to do."""


def build(program: Program, target: Path, progress: Progress) -> None:
    """Build a program; raises BuildError. Takes minutes the first time."""
    _require_go(program)
    source = _generated(program, progress) if program.module == "collector" else program.folder
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    _run(["go", "build", "-v", *_flags(program), "-o", str(unfinished), program.package], source, progress)
    unfinished.replace(target)


def _flags(program: Program) -> list[str]:
    stamp = f" -X {program.stamped}={program.version}" if program.stamped else ""
    tags = ["-tags", program.tags] if program.tags else []
    return ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", f"-s -w{stamp}", *tags]


def _generated(program: Program, progress: Progress) -> Path:
    """The Collector's own sources, made from its builder's configuration, with the modules pinned here."""
    source = cache_folder() / "source" / program.module
    source.mkdir(parents=True, exist_ok=True)
    for name in ("builder.yaml", "go.mod", "go.sum"):
        shutil.copyfile(program.folder / name, source / name)
    builder = ["go", "run", BUILDER.format(version=program.version), "--config", "builder.yaml"]
    _run([*builder, "--skip-get-modules", "--skip-compilation"], source, progress)
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(program.folder / name, source / name)
    return source


def _require_go(program: Program) -> None:
    if shutil.which("go") is None:
        needed = _go_version(program)
        raise BuildError(f"Go {needed} or newer is needed to build {program.name}: https://go.dev/dl/")


def _go_version(program: Program) -> str:
    lines = (program.folder / "go.mod").read_text().splitlines()
    return next(line.removeprefix("go ") for line in lines if line.startswith("go "))


def _run(command: Sequence[str], folder: Path, progress: Progress) -> None:
    environment = os.environ | {"CGO_ENABLED": "0", "GOWORK": "off"}
    said: list[str] = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said = [*said, line.rstrip()][-KEPT_LINES:]
            progress(line.strip())
    if process.returncode:
        raise BuildError("\n".join([f"`{' '.join(command)}` in {folder} failed:", *said]))
