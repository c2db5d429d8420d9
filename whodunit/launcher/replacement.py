"""Services of the shop whose place a folder of somebody's own takes: `whodunit up --replace SERVICE=FOLDER`."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from whodunit.errors import WrongUseError
from whodunit.launcher import as_typed
from whodunit.strict_yaml.suggestion import meant
from whodunit.topology import BY_NAME

TARGET = f"{__name__}:main"
TELEMETRY = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_SEMCONV_STABILITY_OPT_IN": "http,database"}
"""The shop's own services know it without being told."""

ENDS_WITHIN_S = 8.0
POLL_S = 0.1
"""A wait for the process would not see the signal that the lifeline's thread raises."""


def parsed(said: Sequence[str]) -> dict[str, Path]:
    """The folders by the names of the services; raises WrongUseError."""
    replaced: dict[str, Path] = {}
    for each in said:
        name, _, folder = each.partition("=")
        if name not in BY_NAME:
            guess = meant(name, BY_NAME)
            raise WrongUseError(
                f"The shop has no service {name!r} that could be replaced.",
                f"{guess[:1].upper()}{guess[1:]}There are: {', '.join(BY_NAME)}",
            )
        if name in replaced:
            raise WrongUseError(f"{name} is to be replaced twice.", "Name one folder for each service.")
        if not folder:
            raise WrongUseError(f"What is to take the place of {name}?", f"Type: --replace {name}=FOLDER")
        replaced[name] = _checked(Path(folder).expanduser().absolute())
    return replaced


def _checked(folder: Path) -> Path:
    if not folder.is_dir():
        raise WrongUseError(
            f"{folder} is no folder.", "Name one with a main.py, as whodunit exercise start instrument-inventory makes."
        )
    if not (folder / as_typed.MAIN).is_file():
        raise WrongUseError(
            f"{folder} has no {as_typed.MAIN}.", f"Name the folder in which {as_typed.MAIN} is to be run."
        )
    return folder


def main() -> None:
    """Run the main.py of the current folder in an interpreter of its own, and end it in order when this process ends.

    Its exit handlers send what is queued, and could not run in a process that was forked. Raises SystemExit with its
    exit code.
    """
    command = [sys.executable, as_typed.__file__, as_typed.MAIN]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603  the user's own program
        try:
            while process.poll() is None:
                time.sleep(POLL_S)
            sys.exit(process.returncode)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin  # noqa: S101  a pipe
    process.stdin.close()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
