"""The implementation of a collaborator that is in force right now.

Operational switches are read through OpenFeature; a service asks `Choice` for its collaborator at each use
and never sees a flag. `app.py` is the only place that names them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
OFF = "off"


class Variants(Protocol):
    """Tells the variant of a flag; `off` for a flag nobody has switched."""

    def value(self, flag: str) -> str:
        """The variant in force; never raises."""
        ...

    def is_static(self, flag: str) -> bool:
        """True if the flag keeps its variant until somebody switches; one with an activation turns by the clock."""
        ...

    def on_switch(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in any thread, whenever somebody switched."""
        ...


class FixedVariants:
    """Variants that stand still until told otherwise: for tests, and for a service that runs alone."""

    def __init__(self, **values: str) -> None:
        self.values = {key.replace("_", "-"): value for key, value in values.items()}

    def value(self, flag: str) -> str:
        """The variant set for `flag`."""
        return self.values.get(flag, OFF)

    def is_static(self, flag: str) -> bool:  # noqa: ARG002  as `Variants` has it
        """Never: who changes `values` tells nobody."""
        return False

    def on_switch(self, listener: Callable[[], None]) -> None:
        """Nobody is told."""


@dataclass(frozen=True)
class Option(Generic[T]):
    """`implementation` is in force while `flag` has the value `variant`."""

    flag: str
    variant: str
    implementation: T


class Usage:
    """Counts how often each variant other than `off` was in force when it mattered."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self.tell: Callable[[], object] = lambda: None
        """Called, in any thread, when there is something to take."""

    def add(self, flag: str, variant: str) -> None:
        """One more use."""
        self._counts[flag, variant] += 1
        self.tell()

    def take(self) -> dict[tuple[str, str], int]:
        """The uses since the last call."""
        counts, self._counts = self._counts, Counter()
        return dict(counts)

    def put_back(self, counts: dict[tuple[str, str], int]) -> None:
        """Return counts that could not be delivered."""
        self._counts.update(counts)
        self.tell()


USAGE = Usage()
"""Of this process: one service."""


class Choice(Generic[T]):
    """Call it to get the implementation in force; options earlier in the list win."""

    def __init__(self, variants: Variants, default: T, *options: Option[T], usage: Usage = USAGE) -> None:
        self._variants = variants
        self._default = default
        self._options = options
        self._usage = usage

    def __call__(self) -> T:
        """The implementation in force at this moment, which is used."""
        option = self._option()
        if option is None:
            return self._default
        self._usage.add(option.flag, option.variant)
        return option.implementation

    def look(self) -> T:
        """The implementation in force at this moment, for who does not serve a request with it."""
        option = self._option()
        return option.implementation if option else self._default

    def _option(self) -> Option[T] | None:
        in_force = (each for each in self._options if self._variants.value(each.flag) == each.variant)
        return next(in_force, None)

    @property
    def is_static(self) -> bool:
        """True if the implementation in force stays so until somebody switches."""
        return all(self._variants.is_static(option.flag) for option in self._options)

    def on_switch(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in any thread, whenever somebody switched."""
        self._variants.on_switch(listener)
