"""Another way to hash and verify."""

from services.user.passwords import Passwords

MEMORY_KIB = 64 * 1024
PASSES = 32
"""Measured on a large machine that nobody else used: about a second of one core."""


class RaisingPasswords(Passwords):
    """Raises the cost of hashes: who logs in with one that cost less has the password hashed anew, at each login.

    The credential store is to keep the new hash with its own next release.
    """

    def __init__(self) -> None:
        super().__init__(PASSES, MEMORY_KIB)

    def _verify(self, password_hash: str, password: str) -> bool:
        verified = super()._verify(password_hash, password)
        if verified and self._hasher.check_needs_rehash(password_hash):
            self._hasher.hash(password)
        return verified
