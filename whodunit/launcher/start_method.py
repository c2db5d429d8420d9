"""How the shop's processes begin: forked from one that has made their imports, or as interpreters of their own.

The one place in the lab that reads `$WHODUNIT_START_METHOD`.
"""

import os
import sys
from collections.abc import Mapping
from typing import Literal

from whodunit.errors import WrongUseError

VARIABLE = "WHODUNIT_START_METHOD"

StartMethod = Literal["fork", "spawn"]

METHODS: tuple[StartMethod, ...] = ("fork", "spawn") if sys.platform == "linux" else ("spawn",)
"""The usual one first: macOS and Windows are not to be trusted with a fork without exec."""


def start_method(environment: Mapping[str, str] = os.environ) -> StartMethod:
    """The method of `$WHODUNIT_START_METHOD`, else this system's; raises WrongUseError for one it does not have."""
    wanted = environment.get(VARIABLE) or METHODS[0]
    for method in METHODS:
        if wanted == method:
            return method
    words = f"{VARIABLE} is {wanted!r}, which is no way to start processes on this system."
    raise WrongUseError(words, f"Unset it, or give it one of these: {', '.join(METHODS)}")


def forks() -> bool:
    """True if processes are forked here."""
    return start_method() == "fork"
