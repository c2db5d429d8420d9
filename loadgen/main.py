"""The program: reads the settings and the load, reports mistakes in them, or runs."""

import logging
import sys

from loadgen.settings import SettingsError, read

WRONG_USE = 2


def main() -> None:
    """Entry point of `python -m loadgen`; exit code 2 when the settings or the load make no sense."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.WARNING)
    logging.getLogger().handlers[0].setLevel(logging.WARNING)  # our own INFO records go out by OTLP alone
    logging.getLogger("locust").setLevel(logging.ERROR)
    try:
        settings, spec = read(sys.argv[1:])
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(WRONG_USE) from None
    # Locust takes a second to import: too long to wait for an error message.
    from loadgen.run import Run  # noqa: PLC0415

    Run(settings, spec).run()
