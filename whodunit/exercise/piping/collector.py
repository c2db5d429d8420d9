"""The real Collector as a process, with a learner's configuration."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from whodunit.errors import LabError
from whodunit.exercise.running import listens
from whodunit.launcher.inherited import inherited
from whodunit.reading import decoded

CONFIGURATION = "collector.yaml"
NAMES = ("otelcol-contrib", "otelcol")
READY_WITHIN_S = 60.0
ENDS_WITHIN_S = 30.0
POLL_S = 0.05

INSTALL = (
    "Download otelcol-contrib, one program without an installer, for Linux, macOS or Windows, and put it in PATH: "
    "https://github.com/open-telemetry/opentelemetry-collector-releases/releases; in a checkout, `make stack-tools` "
    "builds one where Go is. No Docker is needed."
)


def program() -> Path:
    """The Collector: in PATH, or as `make stack-tools` has built it; raises LabError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whodunit" / "stack" / "bin"
    built = [cache / name for name in NAMES if (cache / name).exists()]
    found = [*(Path(path) for name in NAMES if (path := shutil.which(name))), *built]
    if not found:
        raise LabError("There is no OpenTelemetry Collector on this machine.", INSTALL)
    return found[0]


@contextmanager
def running(folder: Path, port: int, variables: Mapping[str, str], log: Path) -> Iterator[None]:
    """The Collector of `folder` until the block ends, and then until it has sent what it holds. Raises LabError."""
    environment = inherited(os.environ) | dict(variables) | {"NO_PROXY": "127.0.0.1"}
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  the Collector
            [str(program()), f"--config=file:{CONFIGURATION}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _until_ready(process, port, log)
        yield
        process.terminate()
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        told = f"The Collector was told to end, and still runs {ENDS_WITHIN_S:.0f} s later."
        raise LabError(told, f"What it says: {_last_words(log)}") from None
    finally:
        process.kill()
        process.wait()


def _until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not listens(port):
        if process.poll() is not None:
            hint = f"Correct {CONFIGURATION} in your folder. Processors: {DOCUMENTED}"
            raise LabError(f"The Collector does not take {CONFIGURATION}: {_last_words(log)}", hint)
        if time.monotonic() > deadline:
            told = f"The Collector runs, and nothing listens where OTLP_LISTEN says after {READY_WITHIN_S:.0f} s."
            raise LabError(
                told, f"Keep the receiver otlp and its endpoint in {CONFIGURATION}, and use it in a pipeline."
            )
        time.sleep(POLL_S)


DOCUMENTED = "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor"


def _last_words(log: Path) -> str:
    """Its error in one line; the Collector says one over several."""
    lines = [line.strip() for line in decoded(log.read_bytes()).splitlines() if line.strip()]
    errors = [place for place, line in enumerate(lines) if line.startswith("Error:")]
    last = lines[errors[0] :] if errors else lines[-1:]
    words = [line for line in last if not line.endswith("collector server run finished with error")]
    return " ".join(words)[:600] or "it printed nothing"
