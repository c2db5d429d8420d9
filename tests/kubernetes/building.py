"""Builds an image's files from a Dockerfile, without an engine: each stage is a folder, each `RUN` a chroot into it."""

import json
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from string import Template

from tests.kubernetes.dockerfile import Instruction, Stage

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
IN_A_CHROOT = """
mkdir -p "$0/proc" "$0/dev"
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
exec chroot "$0" /bin/sh -euc "$1"
"""


class ImageError(Exception):
    """An image could not be built; the message says which step failed, and how."""


@dataclass
class Built:
    """The files of a stage, and how a container of it begins."""

    files: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = ""
    entry_point: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def inherited(self, files: Path) -> "Built":
        """What a stage on top of this one begins with."""
        return Built(files, dict(self.environment), self.folder, self.user, list(self.entry_point), list(self.command))


class Building:
    """Builds the stages that one target needs. `given` are under names by which a file refers to them."""

    def __init__(self, stages: Mapping[str, Stage], context: Path, given: Mapping[str, Built], work: Path) -> None:
        self._stages, self._context, self._given, self._work = stages, context, given, work
        self._built: dict[str, Built] = {}
        self._do: dict[str, Callable[[Built, Instruction], None]] = {
            "RUN": self._run,
            "COPY": self._copy,
            "ENV": _environment,
            "WORKDIR": _work_in,
            "USER": _user,
            "CMD": _command,
            "ENTRYPOINT": _entry_point,
        }

    def build(self, name: str) -> Built:
        """A stage, with everything that it needs; raises ImageError."""
        if name not in self._built:
            self._built[name] = self._stage(self._stages[name])
        return self._built[name]

    def _stage(self, stage: Stage) -> Built:
        built = self._begun(stage)
        for each in stage.instructions:
            if each.word in self._do:
                self._do[each.word](built, each)
            elif each.word not in {"VOLUME", "STOPSIGNAL", "LABEL"}:  # Kubernetes reads none of them
                raise ImageError(f"{each.word} is not known here: add it to {__name__}")
        return built

    def _begun(self, stage: Stage) -> Built:
        files = self._work / stage.name
        if stage.base == "scratch":
            files.mkdir(parents=True)
            return Built(files)
        below = self._named(stage.base)
        files.parent.mkdir(parents=True, exist_ok=True)
        _do("cp", "-a", f"{below.files}/.", str(files))
        return below.inherited(files)

    def _run(self, built: Built, instruction: Instruction) -> None:
        script = f"cd {shlex.quote(built.folder)}\n{instruction.text}"
        chroot = ["unshare", "--mount", "sh", "-euc", IN_A_CHROOT, str(built.files), script]
        _do(*chroot, environment=built.environment)

    def _copy(self, built: Built, instruction: Instruction) -> None:
        *sources, target = instruction.text.split()
        place = PurePosixPath(built.folder, target)
        whole = len(sources) == 1 and not target.endswith("/")
        for each in sources:
            source = self._source(instruction, each)
            self._one(built, source, place if whole or source.is_dir() else place / source.name, instruction)

    def _one(self, built: Built, source: Path, place: PurePosixPath, instruction: Instruction) -> None:
        target = built.files / place.relative_to("/")
        (target if source.is_dir() else target.parent).mkdir(parents=True, exist_ok=True)
        kept = "--preserve=all" if "from" in instruction.flags else "--preserve=mode,timestamps"
        _do("cp", "-RH", kept, f"{source}/." if source.is_dir() else str(source), str(target))
        for how in ("chown", "chmod"):
            if how in instruction.flags:
                _do(how, "-R", instruction.flags[how], str(target))

    def _source(self, instruction: Instruction, path: str) -> Path:
        origin = instruction.flags.get("from")
        if origin is None:
            return self._context / path
        return self._named(origin).files / path.lstrip("/")

    def _named(self, name: str) -> Built:
        return self.build(name) if name in self._stages else self._given[name]


def _environment(built: Built, instruction: Instruction) -> None:
    for each in shlex.split(instruction.text):
        name, _, value = each.partition("=")
        built.environment[name] = Template(value).safe_substitute(built.environment)


def _work_in(built: Built, instruction: Instruction) -> None:
    built.folder = instruction.text
    (built.files / built.folder.lstrip("/")).mkdir(parents=True, exist_ok=True)


def _user(built: Built, instruction: Instruction) -> None:
    built.user = instruction.text


def _command(built: Built, instruction: Instruction) -> None:
    built.command = json.loads(instruction.text)


def _entry_point(built: Built, instruction: Instruction) -> None:
    built.entry_point, built.command = json.loads(instruction.text), []


def _do(*command: str, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise ImageError(f"`{shlex.join(command)}` failed:\n{done.stdout}")
