"""`python -m whodunit.entry.stack`: the lab's container."""

import logging
import sys

import uvicorn

from whodunit.entry.stack_lab import StackLab
from whodunit.errors import LabError, report
from whodunit.home import Home
from whodunit.stack import settings


def main() -> None:
    """Serve until stopped; exit code 2 for invalid settings."""
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.WARNING)
    try:
        wanted = settings.read()
        home = Home(Home.locate().path, wanted.flagd_offline_flag_source_path)
        home.create()
        app = StackLab(wanted, home).app()
    except LabError as error:
        report(error)
        sys.exit(error.exit_code)
    uvicorn.run(app, host=wanted.host, port=wanted.port, log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
