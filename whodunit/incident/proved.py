"""Lists the scenarios that every change to the shop is tested against: `python -m whodunit.incident.proved lite`.

Those for which this machine lacks something are left out, and standard error says so.
"""

import sys

from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on, lacking
from whodunit.incident.loader import Case


def proved_on(target: str) -> list[Case]:
    """The cases that are proved on `target` (`lite` or `stack`), by slug."""
    return [case for case in catalogue.cases() if is_proved_on(case.scenario, target)]


def main(target: str) -> None:
    """Write their names, one a line."""
    for case in proved_on(target):
        if absent := lacking(case.scenario):
            sys.stderr.write(f"{case.name} is left out. {absent}\n")
        else:
            sys.stdout.write(f"{case.name}\n")


if __name__ == "__main__":
    main(sys.argv[1])
