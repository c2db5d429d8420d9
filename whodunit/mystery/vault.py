"""Keeps a sealed mystery: encrypted, beside a key that lets the lab go on after a restart.

The key file keeps honest people from stumbling over the solution. Whoever may read the lab's files, and wants to, can
open the envelope with it: docs/mystery.md.
"""

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from kit import atomic
from whodunit.errors import LabError

KEY_BYTES = 32
OWNER_ONLY = 0o600
SCRYPT_COST = 2**14
BLOCK_BYTES = 4096
"""Sealed texts are padded to a multiple of it: their length must not tell a case."""


class Vault:
    """One envelope in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_used(self) -> bool:
        """True if a mystery has begun here; one that was cut short lacks its envelope, or its key."""
        return self._folder.exists()

    @property
    def key(self) -> bytes | None:
        """The run's key; None when nothing is sealed."""
        try:
            return bytes.fromhex(self._key_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def make_key(self) -> bytes:
        """A new key, for a new envelope."""
        key = secrets.token_bytes(KEY_BYTES)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._key_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
            file.write(key.hex())
        return key

    def put(self, key: bytes, text: str) -> None:
        """Replace what is in the envelope."""
        atomic.write_text(self._envelope, sealed(key, text))

    def take(self, key: bytes) -> str | None:
        """The text in the envelope; None if there is none, or it was sealed with another key."""
        try:
            return opened(key, self._envelope.read_text(encoding="ascii"))
        except (OSError, LabError):
            return None

    def empty(self) -> None:
        """Deletes key and envelope."""
        self._key_file.unlink(missing_ok=True)
        self._envelope.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # a lab takes the folder as the sign of a mystery
            self._folder.rmdir()

    @property
    def _key_file(self) -> Path:
        return self._folder / "key"

    @property
    def _envelope(self) -> Path:
        return self._folder / "sealed"


def sealed(key: bytes, text: str) -> str:
    """The text, which ends in no space, padded, encrypted and authenticated."""
    content = text.encode()
    padded = content.ljust(-(-len(content) // BLOCK_BYTES) * BLOCK_BYTES)
    return Fernet(base64.urlsafe_b64encode(key)).encrypt(padded).decode()


def opened(key: bytes, token: str) -> str:
    """The text that `sealed` was given; raises LabError for another key, or a changed token."""
    try:
        return Fernet(base64.urlsafe_b64encode(key)).decrypt(token.encode()).decode().rstrip(" ")
    except InvalidToken:
        raise LabError(
            "This cannot be opened: another passphrase, or somebody changed it.",
            "The leader's passphrase is the one given at the start: export WHODUNIT_LEADER=…",
        ) from None


def leader_key(passphrase: str, mystery_id: str) -> bytes:
    """The key that seals the hand-ins of one mystery, and opens them elsewhere."""
    return hashlib.scrypt(passphrase.encode(), salt=mystery_id.encode(), n=SCRYPT_COST, r=8, p=1, dklen=KEY_BYTES)
