"""Who calls whom, on which port: read from the addresses in each program's variables and arguments."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from manifests.beyond import CHECKS, ENTRY, ENTRY_PORT, LOOKS_UP_ONLY, OVER_UDP_TOO, PORT_NAMES
from manifests.description import Program, programs

ADDRESS = re.compile(r"(?:^|//|@)([a-z-]+):(\d+)")


class Call(NamedTuple):
    """An edge of the map; the names are those of the compose file."""

    caller: str
    callee: str
    port: int


class Port(NamedTuple):
    """A port of a program, for one protocol."""

    number: int
    protocol: str
    name: str


@cache
def calls() -> frozenset[Call]:
    """Every edge between two programs that run."""
    return frozenset(call for program in programs().values() for call in _made_by(program))


def ports_of(name: str) -> list[Port]:
    """The ports at which others, or checks, find a program."""
    called = {call.port for call in calls() if call.callee == name}
    checked = {CHECKS[name].port} if name in CHECKS else set()
    entry = {ENTRY_PORT} if name == ENTRY else set()
    return [port for number in sorted(called | checked | entry) for port in ports_at(name, number)]


def ports_at(name: str, number: int) -> Iterator[Port]:
    """One port, or two where a program has the number for two protocols."""
    title = PORT_NAMES.get(number, "http")
    yield Port(number, "TCP", title)
    if (name, number) in OVER_UDP_TOO:
        yield Port(number, "UDP", f"{title}-udp")


def _made_by(program: Program) -> Iterator[Call]:
    for text in (*_read(program), *program.arguments):
        for callee, port in ADDRESS.findall(text):
            if callee in programs() and (program.name, callee) not in LOOKS_UP_ONLY:
                yield Call(program.name, callee, int(port))


def _read(program: Program) -> Iterator[str]:
    """The values that it reads."""
    for name, value in program.environment.items():
        if program.sends_telemetry or not name.startswith("OTEL_"):
            yield value
