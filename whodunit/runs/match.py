"""How like a recorded run is to an incident, by the checks of that incident."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Likeness:
    """What of a case's evidence a run shows, by the ids of its checks.

    `seen` are symptoms, `missing` those that never held, `broken` what should have stayed healthy and did not.
    """

    seen: tuple[str, ...]
    missing: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every symptom was seen, and all that must stay healthy did."""
        return not self.missing and not self.broken

    @property
    def differences(self) -> tuple[str, ...]:
        """The checks that tell the two apart."""
        return self.missing + self.broken
