"""The means to stop and start a program: Docker on this machine, or the command that `WHODUNIT_COMPOSE` names."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from whodunit import compose
from whodunit.compose import NotHereError
from whodunit.errors import LabError
from whodunit.lab import settings as entry_settings
from whodunit.shell import Shell


def command_here(shell: Shell, folder: Path) -> Sequence[str]:
    """The command that takes `stop PROGRAM` and `start PROGRAM` of the stack; raises LabError without one."""
    settings = entry_settings.read()
    if settings.compose:
        return shlex.split(settings.compose)
    try:
        return compose.command_for(settings.entry_url, shell, folder)
    except NotHereError as error:
        raise LabError(
            f"This incident takes a container away, which cannot be done from here: {error}.",
            "Type it on the host that runs Docker, in the folder with docker-compose.yml; or name in WHODUNIT_COMPOSE "
            "the command that stops and starts a program.",
        ) from error
