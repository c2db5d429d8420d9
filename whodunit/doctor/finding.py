"""What one look at the machine found."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One line: `says` is what was found, `remedy` what to do about it, empty when all is well."""

    name: str
    says: str
    remedy: str = ""

    @property
    def fine(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy

    def as_json(self) -> dict[str, Any]:
        """The contract for scripts."""
        return {"fine": self.fine, **asdict(self)}
