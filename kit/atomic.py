"""Files that are either the old one or the new one, never half of one."""

import os
from pathlib import Path

OWNER_ONLY = 0o600
AS_USUAL = 0o666
"""Permissions before the process's umask is applied."""


def write_text(file: Path, text: str, *, mode: int = AS_USUAL) -> None:
    """Write beside the file, then rename; makes its folder. Whatever fails leaves what was there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as stream:
            stream.write(text)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
