"""Files that containers read must have the line ends that Linux knows."""

from collections.abc import Iterator
from pathlib import Path

from whodunit.doctor.finding import Finding

COMPOSE_FILE = "docker-compose.yml"
MOUNTED_FROM = "./"
CARRIAGE_RETURN = b"\r\n"
NAMES_SHOWN = 3


def line_endings(folder: Path) -> Finding:
    """Of everything that `docker-compose.yml` in `folder` mounts, of that file itself and of `.env`."""
    compose = folder / COMPOSE_FILE
    if not compose.is_file():
        return Finding("line ends", f"no {COMPOSE_FILE} here: nothing to look at")
    wrong = [path.relative_to(folder).as_posix() for path in _read_by_containers(compose) if _is_wrong(path)]
    if not wrong:
        return Finding("line ends", "as Linux has them")
    more = [f"and {len(wrong) - NAMES_SHOWN} more"] if len(wrong) > NAMES_SHOWN else []
    names = ", ".join([*wrong[:NAMES_SHOWN], *more])
    remedy = "Type: git config --global core.autocrlf input, and clone again"
    return Finding("line ends", f"Windows line ends in {names}", remedy)


def _read_by_containers(compose: Path) -> Iterator[Path]:
    yield compose
    yield compose.with_name(".env")
    for source in _mounted(compose):
        yield from sorted(source.rglob("*")) if source.is_dir() else [source]


def _mounted(compose: Path) -> Iterator[Path]:
    """Sources of bind mounts: every `./…:` in the file."""
    from ruamel.yaml import YAML  # noqa: PLC0415  a tenth of a second, for this look alone

    document = YAML(typ="safe", pure=True).load(compose.read_text(encoding="utf-8"))
    for service in document["services"].values():
        for volume in service.get("volumes", ()):
            if isinstance(volume, str) and volume.startswith(MOUNTED_FROM):
                yield compose.parent / volume.split(":")[0]


def _is_wrong(path: Path) -> bool:
    return path.is_file() and CARRIAGE_RETURN in path.read_bytes()
