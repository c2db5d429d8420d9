"""The names in a flag file that does not say which flags are in force: the lab writes them, services read them.

AES-SIV always seals the same text alike, so that two versions of a file show no more than one, and opens none that was
sealed for another flag (RFC 5297).
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from kit.variants import OFF

ALIAS = b"alias"
ALIAS_DIGITS = 24
SIZE = 24
"""Bytes of every text before it is sealed: its length must not tell the variant."""


class Seal:
    """Of one file, by its `key` of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def alias(self, flag: str) -> str:
        """The alias of `flag` in the file."""
        return self._cipher.encrypt(flag.encode(), [ALIAS]).hex()[:ALIAS_DIGITS]

    def closed(self, flag: str, variant: str, slot: int) -> str:
        """The variant, sealed for `flag`; another `slot`, of one digit, gives another text."""
        return self._cipher.encrypt(f"{slot}{variant}".encode().ljust(SIZE, b"\0"), [flag.encode()]).hex()

    def opened(self, flag: str, text: str) -> str:
        """The variant behind a sealed text; `off` for what was not sealed for this flag."""
        try:
            return self._cipher.decrypt(bytes.fromhex(text), [flag.encode()])[1:].rstrip(b"\0").decode()
        except (InvalidTag, ValueError):
            return OFF
