"""Makes images with the names and tags that the compose file asks for, on a machine that pulls none (README.md)."""

import subprocess
import sys
from pathlib import Path

from tests.compose.project import CHECKOUT
from tests.compose.stand_ins.debian import archived, debian
from tests.stack.harness import compose
from tests.stack.tools.location import bin_folder

HERE = Path(__file__).parent
DEBIAN = "whodunit-stand-in/debian"
NOT_MADE = {"whodunit", "loki"}
"""Our own image, which Compose builds, and Loki, which is not built."""


def main() -> None:
    """Make what is not there yet."""
    if subprocess.run(["docker", "image", "inspect", DEBIAN], check=False, capture_output=True).returncode:
        _import_debian()
    for image in sorted(_wanted()):
        _build(image)


def _wanted() -> set[str]:
    values = compose.variables(CHECKOUT / ".env")
    containers = compose.read(CHECKOUT / "docker-compose.yml", values)
    return {f"python:{values['PYTHON_TAG']}"} | {each.image for each in containers if each.program not in NOT_MADE}


def _import_debian() -> None:
    with subprocess.Popen(archived(debian()), stdout=subprocess.PIPE) as tar:
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
