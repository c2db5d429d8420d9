"""Installs Whodunit from this folder, without a network: `python install.py [FOLDER]`, by default into `whodunit` here.

It is the one file that a bundle carries beside wheels and texts, so that it needs nothing but Python.
"""

import os
import subprocess
import sys
from pathlib import Path

WHEELS, LOCK, SERVED, IMAGES = "wheels", "requirements.lock", "SERVED.md", "images.tar"
OLDEST = (3, 11)


def main() -> None:
    """Make an environment, and install what is locked, each file by its checksum."""
    if sys.version_info < OLDEST:
        raise SystemExit(f"Whodunit needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    bundle = Path(__file__).resolve().parent
    target = Path(*sys.argv[1:2] or ["whodunit"]).resolve()
    commands = target / ("Scripts" if os.name == "nt" else "bin")
    _run("-m", "venv", str(target), why=f"No environment could be made in {target}.")
    own = [str(each) for each in (bundle / WHEELS).glob("whodunit-*.whl")]
    for what in (["--require-hashes", "--requirement", str(bundle / LOCK)], ["--no-deps", *own]):
        _pip(commands / "python", bundle, what)
    if (bundle / IMAGES).exists():
        sys.stdout.write(loaded(bundle))
    sys.stdout.write(f"Installed. Type: {commands / 'whodunit'} up\n")


def loaded(bundle: Path) -> str:
    """Gives the images of the stack to the Docker engine here; says what comes next."""
    load = ["docker", "load", "--quiet", "--input", str(bundle / IMAGES)]
    try:
        failed = subprocess.run(load, check=False, stdout=subprocess.DEVNULL).returncode  # noqa: S603  docker
    except FileNotFoundError:
        failed = True
    sources = ", ".join(file.name for file in bundle.glob("whodunit-*.tar.gz"))
    if failed:
        return f"The images of the stack are not loaded. Once Docker runs: {' '.join(load)}\n"
    return f"The images of the stack are loaded. For it, unpack {sources}, and type in that folder: docker compose up\n"


def _pip(python: Path, bundle: Path, what: list[str]) -> None:
    words = ["--no-index", "--find-links", str(bundle / WHEELS), "--only-binary", ":all:", *what]
    why = f"{bundle / SERVED} names the systems and Pythons for which this folder has everything."
    _run("-m", "pip", "--quiet", "--disable-pip-version-check", "install", *words, python=str(python), why=why)


def _run(*words: str, python: str = sys.executable, why: str) -> None:
    if subprocess.run([python, *words], check=False).returncode:  # noqa: S603  Python itself
        raise SystemExit(why)


if __name__ == "__main__":
    main()
