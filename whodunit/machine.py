"""The kind of machine that something was measured on."""

import os
import platform


def machine() -> str:
    """Cores, system and Python, without the machine's name."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
