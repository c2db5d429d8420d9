"""`make bundle`: all that an installation takes, on several systems and Pythons, to carry where no network is.

Where a Docker engine is, also the images of the stack, with the sources that the compose file mounts.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_name, parse_wheel_filename

from release import images, install, project
from release.lock import Locked
from release.targets import TARGETS, Target

BUNDLE = project.ROOT / "dist" / "bundle"
AT_ONCE = 4
"""Downloads: most of their time is waiting for the index."""

WITHOUT_WHEEL = re.compile(r"No matching distribution found for ([^\s=]+)")
HEAD = "| system | Python | what is missing there |\n| --- | --- | --- |\n"


def main() -> None:
    """Make the bundle anew, and print what it serves."""
    shutil.rmtree(BUNDLE, ignore_errors=True)
    wheels = BUNDLE / install.WHEELS
    project.build(wheels, "wheel")
    shutil.copy(project.LOCK, BUNDLE / install.LOCK)
    shutil.copy(install.__file__, BUNDLE)
    first, *others = TARGETS
    missing = [fetch(wheels, project.locked(), first)]
    rest = [each for each in project.locked() if each.name not in for_everybody(wheels)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        missing += pool.map(partial(fetch, wheels, rest), others)
    served = f"{HEAD}{''.join(map(_row, TARGETS, missing))}\n{images.save(BUNDLE)}"
    if (BUNDLE / install.IMAGES).exists():
        project.build(BUNDLE, "sdist")
    (BUNDLE / install.SERVED).write_text(served, "utf-8")
    sys.stdout.write(served)


def fetch(wheels: Path, locked: Iterable[Locked], target: Target) -> list[str]:
    """Download the wheels for one target; the packages that have none for it. Raises CalledProcessError."""
    wanted = [each for each in locked if each.is_needed_in(target.environment)]
    missing: list[str] = []
    with TemporaryDirectory(dir=wheels.parent) as folder:
        while name := _download(target, wanted, Path(folder)):
            missing.append(name)
            wanted = [each for each in wanted if each.name != canonicalize_name(name)]
        for wheel in Path(folder).glob("*.whl"):
            wheel.replace(wheels / wheel.name)
    sys.stderr.write(f"{target.name}\n")
    return missing


def for_everybody(wheels: Path) -> set[str]:
    """The packages whose wheel runs on every system and Python."""
    parsed = [parse_wheel_filename(file.name) for file in wheels.glob("*.whl")]
    return {name for name, _, _, tags in parsed if any(str(tag) == "py3-none-any" for tag in tags)}


def _download(target: Target, wanted: Sequence[Locked], folder: Path) -> str | None:
    """The first package without a wheel, which ends the download; None when everything is there."""
    requirements = folder / "wanted.txt"
    requirements.write_text("".join(f"{each.requirement}\n" for each in wanted), "utf-8")
    pip = [sys.executable, "-m", "pip", "--quiet", "download", "--no-deps", "--require-hashes"]
    command = [*pip, *target.pip_options, "--dest", str(folder), "--requirement", str(requirements)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  pip
    if ended.returncode == 0:
        return None
    if found := WITHOUT_WHEEL.search(ended.stderr):
        return found[1]
    sys.stderr.write(ended.stderr)
    raise subprocess.CalledProcessError(ended.returncode, command)


def _row(target: Target, missing: Sequence[str]) -> str:
    return f"| {target.system.name} | {target.python} | {', '.join(missing) or 'nothing'} |\n"


if __name__ == "__main__":
    main()
