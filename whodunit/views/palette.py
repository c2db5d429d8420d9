"""One colour for each service, the same in every view."""

from zlib import crc32

from whodunit.topology import SERVICES

COLOURS = (
    "cyan",
    "green",
    "magenta",
    "yellow",
    "blue",
    "bright_cyan",
    "bright_magenta",
    "bright_green",
    "bright_blue",
    "bright_yellow",
)
SEVERITY_STYLES = {"WARN": "yellow", "ERROR": "bold red", "FATAL": "bold red", "DEBUG": "dim", "TRACE": "dim"}

_KNOWN = {service.name: COLOURS[index % len(COLOURS)] for index, service in enumerate(SERVICES)}


def colour(service: str) -> str:
    """The colour of a service; one outside the shop keeps its colour, too."""
    return _KNOWN.get(service) or COLOURS[crc32(service.encode()) % len(COLOURS)]
