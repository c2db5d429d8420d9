"""The environment that the shop's processes inherit from the shell in which `up` was typed.

A developer's shell has variables for other programs; those of OpenTelemetry and flagd would silence the shop, or send
its telemetry elsewhere. They are left out, except for a backend of the user's own, which gets a copy (`kit/beside.py`).
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

BESIDE = "BESIDE_"
EXPORT = "OTEL_EXPORTER_OTLP_"
FOREIGN = ("OTEL_", "FLAGD_", BESIDE)
SUPPORTED = "http/protobuf"


def inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of the lab and of all that it starts."""
    copied = _of_backend(environment)
    kept = {name: value for name, value in environment.items() if not name.startswith(FOREIGN)}
    return kept | {BESIDE + name: environment[name] for name in copied}


def left_out(environment: Mapping[str, str]) -> list[str]:
    """The names of the variables that are not passed on."""
    copied = _of_backend(environment)
    return sorted(name for name in environment if name.startswith(FOREIGN) and name not in copied)


def names_backend(environment: Mapping[str, str]) -> bool:
    """True where a shell names a backend of the user's own that can have a copy."""
    return bool(_of_backend(environment))


def backends(environment: Mapping[str, str]) -> list[str]:
    """The addresses that get a copy, from the lab's own environment, without any secret."""
    names = (name for name in environment if name.startswith(BESIDE + EXPORT) and name.endswith("ENDPOINT"))
    return sorted({_shown(environment[name]) for name in names})


def _of_backend(environment: Mapping[str, str]) -> set[str]:
    """The variables of the backend beside the store; none without an address, or for an unsupported protocol."""
    own = {name for name in environment if name.startswith(EXPORT) and environment[name]}
    has_address = any(name.endswith("ENDPOINT") for name in own)
    is_supported = all(environment[name].strip() == SUPPORTED for name in own if name.endswith("PROTOCOL"))
    return own if has_address and is_supported else set()


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
