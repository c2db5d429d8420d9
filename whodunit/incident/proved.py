"""Lists the scenarios that every change to the shop is tested against: `python -m whodunit.incident.proved lite`."""

import sys

from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on
from whodunit.incident.loader import Case


def proved_on(target: str) -> list[Case]:
    """The cases that are proved on `target` (`lite` or `stack`), by slug."""
    return [case for case in catalogue.cases() if is_proved_on(case.scenario, target)]


if __name__ == "__main__":
    sys.stdout.writelines(f"{case.name}\n" for case in proved_on(sys.argv[1]))
