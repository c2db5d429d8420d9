"""Password rules and hashes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha1
from typing import Self, TypeVar

from anyio import CapacityLimiter, fail_after, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kit.errors import Invalid

T = TypeVar("T")

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
"""OWASP's smallest recommendation for argon2id: about 20 ms of one core."""

AT_ONCE = 2
"""Hashes that are worked on at the same time; the others wait in line, and the event loop never does."""

LONGEST_WAIT_S = 2.0
"""In line. With what database (3 s) and token (4 s) may take it stays below what the frontend waits (10 s)."""

PREFIX_DIGITS = 5
"""Length of the prefix that breached passwords are searched by: a million prefixes, hundreds of passwords for each."""

FEWEST_CHARACTERS = 4
COMMON = """
    12345678 123456789 1234567890 password password1 passw0rd qwertyuiop qwerty123 iloveyou sunshine princess football
    baseball superman trustno1 letmein1 welcome1 abcd1234 1q2w3e4r
"""


def check_rules(password: str, email: str) -> None:
    """Raises `Invalid`, with the rule that is broken, for a password that is easy to guess."""
    guess = password.casefold()
    if guess in COMMON.split():
        raise Invalid("The password is one of the most common ones: choose another.")
    if guess in {email, email.partition("@")[0]}:
        raise Invalid("The password must differ from the e-mail address.")
    if len(set(guess)) < FEWEST_CHARACTERS:
        raise Invalid(f"The password needs at least {FEWEST_CHARACTERS} different characters.")


@dataclass(frozen=True)
class Fingerprint:
    """A password's SHA-1 in two parts: the short `prefix` may be told to others, the `suffix` never leaves."""

    prefix: str
    suffix: str

    @classmethod
    def of(cls, password: str) -> Self:
        """The fingerprint by which data breaches are searched."""
        digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        return cls(digest[:PREFIX_DIGITS], digest[PREFIX_DIGITS:])


class TooBusyError(Exception):
    """Too many passwords are worked on: none of the threads became free in time."""


class Passwords:
    """Hashes and verifies in worker threads; raises `TooBusyError` when none becomes free within `longest_wait_s`."""

    def __init__(
        self, passes: int = PASSES, memory_kib: int = MEMORY_KIB, longest_wait_s: float = LONGEST_WAIT_S
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        self._limiter = CapacityLimiter(AT_ONCE)
        self._longest_wait_s = longest_wait_s
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """An argon2id hash with a salt of its own."""
        return await self._in_turn(partial(self._hasher.hash, password))

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """True if the password is the hash's. None, for somebody unknown, takes as long and is never matched."""
        known = password_hash or await self._nobodys_hash()
        verified = await self._in_turn(partial(self._verify, known, password))
        return verified and password_hash is not None

    async def _in_turn(self, work: Callable[[], T]) -> T:
        try:
            # It is the wait that ends: a thread that has begun is not left.
            with fail_after(self._longest_wait_s):
                return await to_thread.run_sync(work, limiter=self._limiter)
        except TimeoutError:
            raise TooBusyError("No thread became free in time.") from None

    async def _nobodys_hash(self) -> str:
        self._nobodys = self._nobodys or await self.hash("nobody's password")
        return self._nobodys

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
