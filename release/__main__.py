"""`make release`: wheel, source archive, bill of materials, licences, constraints and checksums, in dist/release/."""

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from release import licences, lock, project

DIST = project.ROOT / "dist" / "release"
SUMS = "SHA256SUMS"


def main() -> None:
    """Make the release of this commit; ends with what to do where it must not be made."""
    version = project.version()
    if why_not := _unready(version):
        raise SystemExit(why_not)
    shutil.rmtree(DIST, ignore_errors=True)
    project.build(DIST, "wheel", "sdist")
    bill = DIST / f"whodunit-{version}.cdx.json"
    _write_bill(bill, next(DIST.glob("*.whl")))
    (DIST / "LICENCES.md").write_text(licences.page(json.loads(bill.read_text("utf-8"))), "utf-8")
    (DIST / "constraints.txt").write_text(lock.constraints(project.locked()), "utf-8")
    sums = checksums(DIST)
    (DIST / SUMS).write_text(sums, "utf-8")
    sys.stdout.write(f"Whodunit {version}, in {DIST.relative_to(project.ROOT)}/ (check: sha256sum -c {SUMS}):\n{sums}")


def has_section(changelog: str, version: str) -> bool:
    """True where the changelog tells of this version."""
    return any(line.split()[:2] == ["##", version] for line in changelog.splitlines())


def checksums(folder: Path) -> str:
    """The SHA-256 of each file, as `sha256sum -c` reads it."""
    files = sorted(file for file in folder.iterdir() if file.name not in {SUMS, ".gitignore"})
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def _unready(version: str) -> str | None:
    if not has_section(project.CHANGELOG.read_text("utf-8"), version):
        return f"{project.CHANGELOG.name} does not tell of {version}: begin a section “## {version}” there."
    if changed := project.run("git", "status", "--porcelain"):
        return f"A release is made of a commit. Commit or remove first:\n{changed}"
    return None


def _write_bill(bill: Path, wheel: Path) -> None:
    """What an installation of the wheel consists of, on this system and Python."""
    uv = str(Path(sys.executable).with_name("uv"))
    with tempfile.TemporaryDirectory() as folder:
        project.run(uv, "venv", "--quiet", "--python", sys.executable, folder)
        install = (uv, "pip", "install", "--quiet", "--python", folder)
        project.run(*install, "--require-hashes", "--requirement", str(project.LOCK))
        project.run(*install, "--no-deps", str(wheel))
        describe = (sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible")
        project.run(*describe, "--pyproject", "pyproject.toml", "--output-file", str(bill), folder)


if __name__ == "__main__":
    main()
