"""What npm provides for the tests, each pinned by a lock file."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.stack.tools.location import cache_folder

TESTS = Path(__file__).parents[2]
LOCK = "package-lock.json"
WITHIN_S = 300.0


@dataclass(frozen=True)
class Package:
    """Packages that are installed together; `name` is the folder below tests/ with their list and their lock."""

    name: str
    title: str

    @property
    def folder(self) -> Path:
        """Where npm installs them."""
        return cache_folder() / self.name

    @property
    def is_current(self) -> bool:
        """Whether they are there, in the versions that are pinned."""
        installed = self.folder / LOCK
        return (self.folder / "node_modules").is_dir() and installed.read_bytes() == (self._recipe / LOCK).read_bytes()

    def provide(self) -> str:
        """Install them and say how that went; without npm they are left out."""
        if shutil.which("npm") is None:
            return "left out, there is no npm"
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in ("package.json", LOCK):
            shutil.copyfile(self._recipe / file, self.folder / file)
        said = self._refusal()
        if said is None:
            return "installed"
        shutil.rmtree(self.folder)
        return f"left out, {said}"

    def _refusal(self) -> str | None:
        """Why npm could not install them; None if it could."""
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=WITHIN_S,
            )
        except subprocess.TimeoutExpired:
            return f"npm was not done within {WITHIN_S:g} s"
        return f"npm says: {done.stdout.strip()}" if done.returncode else None

    @property
    def _recipe(self) -> Path:
        return TESTS / self.name


LOGQL = Package("logql", "Grafana's grammar of LogQL")
"""An npm package under the Apache licence, which reads queries where no Loki does."""

AXE = Package("browser", "axe")
"""axe-core, which finds what keeps people from using a page; under the MPL, for the tests alone."""

MERMAID = Package("mermaid", "Mermaid")
"""Mermaid itself (MIT), and a document object model for it where no browser is."""

PACKAGES = (LOGQL, AXE, MERMAID)
