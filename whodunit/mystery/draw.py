"""Draws lots by a seed alone."""

from hashlib import sha256


def drawn(seed: int, about: str, lots: int = 2**64) -> int:
    """A number below `lots`; always the same for a seed and what it is `about`."""
    return int.from_bytes(sha256(f"{seed}/{about}".encode()).digest()[:8]) % lots


def seed_of(student: str, seed: int) -> int:
    """The seed that is a student's own, where a class is given one."""
    return drawn(seed, f"student {student}", 2**31)
