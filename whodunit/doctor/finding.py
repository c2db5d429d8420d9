"""The result of one check of the machine."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One line: `message` tells what was found, `remedy` what to do about it; empty when all is well."""

    name: str
    message: str
    remedy: str = ""

    @property
    def fine(self) -> bool:
        """True if nothing needs to be done."""
        return not self.remedy

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON; scripts rely on its keys."""
        return {"fine": self.fine, **asdict(self)}
