"""Finds flags and variants that a scenario names and the catalogue does not have."""

from collections.abc import Iterator, Mapping, Sequence

from whodunit.incident.breakage import Breakage, Fault
from whodunit.incident.model import Cause, Scenario
from whodunit.incident.phases import Remedy
from whodunit.strict_yaml.positions import Location
from whodunit.strict_yaml.suggestion import meant

Known = Mapping[str, tuple[str, ...]]
"""Variants by flag."""

Mistake = tuple[Location, str]


def mistakes(part: Scenario | Cause, known: Known) -> Iterator[Mistake]:
    """The places at which a face or a cause names an unknown flag or variant, each with the names that exist."""
    sections: dict[str, Sequence[Breakage | Remedy]] = {
        "before": part.before,
        "faults": part.faults,
        "remedies": part.remedies,
    }
    for section, switches in sections.items():
        for index, switch in enumerate(switches):
            for key, sentence in _mistake(switch, known) if isinstance(switch, Fault | Remedy) else ():
                yield (section, index, key), sentence


def _mistake(switch: Fault | Remedy, known: Known) -> Iterator[tuple[str, str]]:
    if switch.flag not in known:
        yield "flag", unknown("flag", switch.flag, list(known))
    elif switch.variant not in known[switch.flag]:
        yield "variant", unknown("variant", switch.variant, list(known[switch.flag]))


def unknown(what: str, name: str, allowed: list[str]) -> str:
    """The message about a name that does not exist."""
    return f"unknown {what} {name!r}; {meant(name, allowed)}There are: {', '.join(allowed)}"
