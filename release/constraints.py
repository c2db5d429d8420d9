"""The locked versions as constraints: without hashes, because pip would then ask for one of the wheel, too."""

import re

PINNED = re.compile(r"^(?P<pin>[A-Za-z0-9][^\\\n]*==[^\\\n]*?) *\\?$", re.MULTILINE)


def constraints(lock: str) -> str:
    """One line for each package of the lock file, with its environment marker."""
    return "".join(f"{found['pin']}\n" for found in PINNED.finditer(lock))
