"""A function in a module, with its environment, that the launcher runs as a process of its own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Program:
    """`target` is `module:function`; stage n + 1 starts when stage n is ready, and stops before it.

    Without a `log_file` it writes where the launcher does.
    """

    name: str
    target: str
    port: int
    folder: Path
    log_file: Path | None
    stage: int = 0
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address it listens on."""
        return f"http://127.0.0.1:{self.port}"

    def to_json(self) -> dict[str, Any]:
        """The form that is sent through a pipe."""
        return {**asdict(self), "folder": str(self.folder), "log_file": self.log_file and str(self.log_file)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Program":
        """Reads the form that `to_json` makes."""
        log = fields["log_file"]
        return cls(**{**fields, "folder": Path(fields["folder"]), "log_file": log and Path(log)})
