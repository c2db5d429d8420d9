"""The scenarios that every change to the shop is held against: `python -m whodunit.incident.proved lite` lists them."""

import sys

from whodunit.incident import catalogue
from whodunit.incident.applicable import is_proved_on
from whodunit.incident.loader import Case


def proved_on(target: str) -> list[Case]:
    """On `lite` or `stack`, by each of their causes, by slug."""
    return [case for case in catalogue.cases() if is_proved_on(case.scenario, target)]


if __name__ == "__main__":
    sys.stdout.writelines(f"{case.name}\n" for case in proved_on(sys.argv[1]))
