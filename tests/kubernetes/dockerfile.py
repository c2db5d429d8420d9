"""Reads a Dockerfile: its stages, and the instructions of each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

FLAG = re.compile(r"--(\w+)=(\S+)\s+")
FROM = re.compile(r"(?P<base>\S+)(?: AS (?P<name>\S+))?")


@dataclass(frozen=True)
class Instruction:
    """One instruction: `COPY` with the flags `from`, `chown` or `chmod`, others with none."""

    word: str
    flags: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Stage:
    """One stage. `base` is another stage, a folder that the build is given, an image, or `scratch`."""

    name: str
    base: str
    instructions: tuple[Instruction, ...]


def stages(path: Path) -> dict[str, Stage]:
    """Every stage of a file by its name; an `ARG` before the first one has its default."""
    found: dict[str, Stage] = {}
    arguments: dict[str, str] = {}
    for each in _instructions(path.read_text(encoding="utf-8")):
        if each.word == "ARG":
            name, _, default = each.text.partition("=")
            arguments[name] = default
        elif each.word == "FROM":
            stage = _stage(Template(each.text).substitute(arguments))
            found[stage.name] = stage
        else:
            found[stage.name] = stage = Stage(stage.name, stage.base, (*stage.instructions, each))
    return found


def _stage(text: str) -> Stage:
    named = FROM.fullmatch(text)
    assert named, f"FROM {text} is not read here"
    return Stage(named["name"] or named["base"], named["base"], ())


def _instructions(text: str) -> Iterator[Instruction]:
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        flags = {}
        while flag := FLAG.match(rest):
            flags[flag[1]] = flag[2]
            rest = rest[flag.end() :]
        yield Instruction(word, flags, rest)
