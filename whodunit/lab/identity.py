"""Which lab a request is for: another one may have come to the same address."""

HEADER = "X-Whodunit-Lab"
"""The `id` that the lab's `/healthz` tells."""

MISDIRECTED = 421
"""The status with which another lab answers."""
