"""The secrets that the services sign with, generated once for each state folder."""

import json
import secrets

from whodunit.home import Home

NAMES = ("SESSION_SECRET",)
BYTES = 32


def load_or_make(home: Home) -> dict[str, str]:
    """Each secret by its environment variable; raises LabError when they cannot be saved."""
    known = _read(home)
    kept = {name: known.get(name) or secrets.token_urlsafe(BYTES) for name in NAMES}
    if kept != known:
        home.keep(home.secrets_file, json.dumps(kept))
    return kept


def _read(home: Home) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(home.secrets_file.read_text())
    except (OSError, ValueError):
        return {}
    return known
