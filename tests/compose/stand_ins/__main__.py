"""Makes images with the names and tags that the compose file asks for, on a machine that pulls none (README.md)."""

import subprocess
import sys
from pathlib import Path

from tests.compose.project import CHECKOUT
from tests.stack.harness import compose
from tests.stack.tools.location import bin_folder, cache_folder

HERE = Path(__file__).parent
DEBIAN = "whodunit-stand-in/debian"
PACKAGES = "python3,python3-pip,python3-venv,ca-certificates,postgresql,busybox-static,libcap2-bin"
OF_THIS_MACHINE = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")
"""What pip needs to reach the package index from inside a build."""

NOT_MADE = {"whodunit", "loki"}
"""Our own image, which Compose builds, and Loki, which is not built."""


def main() -> None:
    """Make what is not there yet."""
    if subprocess.run(["docker", "image", "inspect", DEBIAN], check=False, capture_output=True).returncode:
        _import_debian(cache_folder().parent / "stand-ins" / "debian")
    for image in sorted(_wanted()):
        _build(image)


def _wanted() -> set[str]:
    values = compose.variables(CHECKOUT / ".env")
    containers = compose.read(CHECKOUT / "docker-compose.yml", values)
    return {f"python:{values['PYTHON_TAG']}"} | {each.image for each in containers if each.program not in NOT_MADE}


def _import_debian(root: Path) -> None:
    if not (root / "usr" / "bin" / "busybox").exists():
        sources = Path("/etc/apt/sources.list.d/debian.sources").read_text().splitlines()
        mirror = next(line.partition(":")[2].strip() for line in sources if line.startswith("URIs:"))
        _run("apt-get", "install", "-y", "-qq", "debootstrap")
        _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "trixie", str(root), mirror)
    for each in OF_THIS_MACHINE:
        if (Path("/") / each).exists():
            (root / each).write_bytes((Path("/") / each).read_bytes())
    left_out = [
        f"--exclude=./{each}/*"
        for each in ("proc", "sys", "dev", "var/cache/apt", "var/lib/apt/lists", "usr/share/doc")
    ]
    with subprocess.Popen(["tar", "-C", str(root), *left_out, "-c", "."], stdout=subprocess.PIPE) as tar:
        subprocess.run(["docker", "import", "-", DEBIAN], check=True, stdin=tar.stdout)


def _build(image: str) -> None:
    program = image.rpartition("/")[2].partition(":")[0]
    contexts = ["--build-context", f"debian=docker-image://{DEBIAN}", "--build-context", f"programs={bin_folder()}"]
    _run("docker", "buildx", "build", "--quiet", "--target", program, "--tag", image, *contexts, str(HERE))
    print(image, flush=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
