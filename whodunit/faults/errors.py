"""The errors of a request to switch a flag.

WrongUseError
├── UnknownFlagError       there is no such flag
├── UnknownVariantError    the flag has no such variant
└── ActivationLengthError  an activation must last between a second and a day
"""

from collections.abc import Iterable

from whodunit.errors import WrongUseError

LONGEST_S = 86_400


class UnknownFlagError(WrongUseError):
    """Carries the names that would have been right in `valid`."""

    def __init__(self, flag: str, valid: Iterable[str]) -> None:
        self.valid = sorted(valid)
        super().__init__(f"There is no flag {flag!r}.", f"Flags: {', '.join(self.valid)}")


class UnknownVariantError(WrongUseError):
    """Carries the names that would have been right in `valid`."""

    def __init__(self, flag: str, variant: str, valid: Iterable[str]) -> None:
        self.valid = list(valid)
        super().__init__(f"Flag {flag!r} has no variant {variant!r}.", f"Variants: {', '.join(self.valid)}")


class ActivationLengthError(WrongUseError):
    """Every activation has an end."""

    def __init__(self, seconds: float) -> None:
        self.valid = [f"1 to {LONGEST_S}"]
        message = f"An activation cannot last {seconds:g} seconds."
        super().__init__(message, f"Give it between 1 and {LONGEST_S} seconds, for example: --for 10m")
