"""The mitigations that a player may put in force: every action for every service, whatever the cause."""

from collections.abc import Iterator
from dataclasses import dataclass

from whodunit.faults.catalogue import Action, read
from whodunit.faults.flagfile import OFF
from whodunit.mystery.closed import Words
from whodunit.topology import BY_NAME, HISTORY

ACTIONS, SERVICES = Words("action", tuple(Action)), Words("service", (*BY_NAME, HISTORY))


@dataclass(frozen=True)
class Offer:
    """One action for one service, and the variants that it switches its flags to: for most there is none."""

    action: Action
    service: str
    switches: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """As a player writes it."""
        return named(self.action, self.service)

    @property
    def lasts(self) -> bool:
        """True if it stays in force; a restart is over when it has happened."""
        return self.action is not Action.RESTART

    @property
    def flags(self) -> frozenset[str]:
        """The flags that it switches."""
        return frozenset(flag for flag, _ in self.switches)


def offer(action: str, service: str) -> Offer:
    """The mitigation of that name; raises WrongUseError with the words that there are."""
    word, name = ACTIONS.meant(action), SERVICES.meant(service)
    known = next(each for each in Action if each == word)
    return Offer(known, name, tuple(_switches(known, name)))


def parsed(text: str) -> Offer:
    """The mitigation in words such as `restart payment`; raises WrongUseError with the words that there are."""
    action, _, service = text.strip().partition(" ")
    return offer(action, service.strip())


def named(action: str, service: str) -> str:
    """A mitigation as a player writes it."""
    return f"{action} {service}"


def of_flag(flag: str) -> str:
    """The mitigation that switches a flag, as a player writes it."""
    entry = read().flags[flag]
    return named(entry.action or Action.FEATURE_OFF, entry.service)


def offered() -> dict[str, object]:
    """The words to choose from."""
    return {"actions": {action.value: action.meaning for action in Action}, "services": list(SERVICES.listed)}


def _switches(action: Action, service: str) -> Iterator[tuple[str, str]]:
    for flag, entry in read().flags.items():
        if entry.service == service and entry.action is action:
            yield flag, next(variant for variant in entry.variants if variant != OFF)
        if entry.service == service and action is Action.FEATURE_OFF and entry.kind == "product":
            yield flag, OFF
