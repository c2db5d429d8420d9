"""The header by which a request names the lab it is for: another one may have come to the same address."""

HEADER = "X-Whodunit-Lab"
"""Carries the `id` from the lab's `/healthz`."""

MISDIRECTED = 421
"""The status with which another lab refuses."""
