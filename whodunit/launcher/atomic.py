"""Files that are either the old one or the new one, never half of one."""

import os
import tempfile
from pathlib import Path

from whodunit.home import Home, unwritable


def write_text(home: Home, file: Path, text: str) -> None:
    """Write beside the file, then rename; raises LabError when the disk refuses. Readable by its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "w") as stream:
                stream.write(text)
            Path(draft).replace(file)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise unwritable(home, error) from error
