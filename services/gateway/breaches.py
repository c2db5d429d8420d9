"""Passwords known from data breaches, by range: the question alone does not tell the password.

As Have I Been Pwned does it (https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange): the first five
hexadecimal digits of a password's SHA-1 are sent, the rest of every known hash that begins with them comes back.
"""

from collections import defaultdict
from hashlib import sha1

from services.gateway.latency import pass_time

PREFIX_DIGITS = 5
KNOWN = """
    12345678 123456789 1234567890 password password1 passw0rd qwertyuiop qwerty123 iloveyou sunshine princess football
    baseball superman trustno1 letmein1 welcome1 abcd1234 1q2w3e4r monkey123 dragon123 shadow123 michael1 jennifer
"""


class Breaches:
    """The collection; an answer takes a median of `range_ms` milliseconds."""

    def __init__(self, range_ms: float) -> None:
        self._range_ms = range_ms
        self._suffixes: dict[str, list[str]] = defaultdict(list)
        for password in KNOWN.split():
            digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
            self._suffixes[digest[:PREFIX_DIGITS]].append(digest[PREFIX_DIGITS:])

    async def suffixes(self, prefix: str) -> list[str]:
        """Rests of the known hashes that begin with `prefix`."""
        await pass_time(self._range_ms)
        return self._suffixes.get(prefix, [])
