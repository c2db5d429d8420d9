"""Findings about files that containers read: Linux line ends, and permissions for the containers' users."""

import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from whodunit.doctor.finding import Finding

COMPOSE_FILE = "docker-compose.yml"
MOUNTED_FROM = "./"
CARRIAGE_RETURN = b"\r\n"
NAMES_SHOWN = 3


def line_endings(folder: Path) -> Finding:
    """Line ends of `docker-compose.yml` in `folder`, of `.env`, and of everything that is mounted."""
    compose = folder / COMPOSE_FILE
    if not compose.is_file():
        return Finding("line ends", f"no {COMPOSE_FILE} here: nothing to check")
    read = [compose, compose.with_name(".env"), *_inside(_mounted(compose))]
    wrong = [path.relative_to(folder).as_posix() for path in read if _is_wrong(path)]
    if not wrong:
        return Finding("line ends", "as Linux has them")
    remedy = "Type: git config --global core.autocrlf input, and clone again"
    return Finding("line ends", f"Windows line ends in {_listed(wrong)}", remedy)


def permissions(folder: Path) -> Finding:
    """Permissions of everything that is mounted: each container reads it as a user of its own."""
    compose = folder / COMPOSE_FILE
    if not compose.is_file():
        return Finding("permissions", f"no {COMPOSE_FILE} here: nothing to check")
    mounted = list(_mounted(compose))
    closed = [path.relative_to(folder).as_posix() for path in _inside(mounted) if not _is_open(path)]
    if not closed:
        return Finding("permissions", "containers can read their configuration")
    sources = " ".join(sorted({path.relative_to(folder).as_posix() for path in mounted}))
    remedy = f"It was cloned with a strict umask. Type: chmod -R go+rX {sources}"
    return Finding("permissions", f"containers cannot read {_listed(closed)}", remedy)


def _mounted(compose: Path) -> Iterator[Path]:
    """Sources of bind mounts: every `./…:` in the file."""
    from ruamel.yaml import YAML  # noqa: PLC0415  a tenth of a second, for this check alone

    document = YAML(typ="safe", pure=True).load(compose.read_text(encoding="utf-8"))
    for service in document["services"].values():
        for volume in service.get("volumes", ()):
            if isinstance(volume, str) and volume.startswith(MOUNTED_FROM):
                yield compose.parent / volume.split(":")[0]


def _inside(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        yield source
        yield from sorted(source.rglob("*"))


def _is_wrong(path: Path) -> bool:
    return path.is_file() and CARRIAGE_RETURN in path.read_bytes()


def _is_open(path: Path) -> bool:
    """True if every user may read the file, or enter the folder."""
    needed = stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH
    return not path.exists() or path.stat().st_mode & needed == needed


def _listed(names: Sequence[str]) -> str:
    more = [f"and {len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else []
    return ", ".join([*names[:NAMES_SHOWN], *more])
