"""Another way to keep the keys that tokens are verified with."""

from services.frontend.identity import KeyRing, PublicKey


class KeptKeyRing:
    """Has the keys that `ring` has fetched so far, and asks for no others.

    A token that is signed with a later key proves nothing to it.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def find(self, kid: str) -> PublicKey:
        """The key of this id; raises `InvalidTokenError`, and `ProblemError` while there are no keys at all."""
        return self._ring.known(kid) if self._ring.has_fetched else await self._ring.find(kid)
