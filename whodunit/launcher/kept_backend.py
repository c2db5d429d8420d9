"""The backend beside the store that this state folder keeps, with its secrets: for its owner alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from whodunit.errors import LabError
from whodunit.home import Home, unreadable, unwritable
from whodunit.launcher.inherited import EXPORT, names_backend

VARIABLES = {"traces": "TRACES_ENDPOINT", "metrics": "METRICS_ENDPOINT", "logs": "LOGS_ENDPOINT"}
"""Of each signal, after the common prefix."""


@dataclass(frozen=True)
class KeptBackend:
    """An OTLP/HTTP backend: its address before `/v1/…`, the headers it asks for, the signals it takes."""

    url: str
    headers: Mapping[str, str]
    signals: tuple[str, ...] = tuple(VARIABLES)

    def endpoint(self, signal: str) -> str:
        """The address of one signal."""
        return f"{self.url.rstrip('/')}/v1/{signal}"

    def variables(self) -> dict[str, str]:
        """The same as standard variables, with secrets."""
        named = {EXPORT + VARIABLES[signal]: self.endpoint(signal) for signal in self.signals}
        if len(named) == len(VARIABLES):
            named = {f"{EXPORT}ENDPOINT": self.url}
        headers = ",".join(f"{name}={quote(value, safe='')}" for name, value in self.headers.items())
        return named | ({f"{EXPORT}HEADERS": headers} if headers else {})


def read(home: Home) -> KeptBackend | None:
    """The backend, None without one; raises LabError when its file cannot be read."""
    try:
        return _parsed(json.loads(home.vendor_file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(home, error) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"{home.vendor_file} is damaged.", "Name the backend again, or: whodunit vendor off") from error


def keep(home: Home, backend: KeptBackend) -> None:
    """Keep it for the next start; raises LabError."""
    home.keep(home.vendor_file, json.dumps(asdict(backend)))


def drop(home: Home) -> bool:
    """Forget it; returns False when there was none. Raises LabError."""
    try:
        home.vendor_file.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unwritable(home, error) from error
    return True


def added(environment: Mapping[str, str], home: Home) -> dict[str, str]:
    """The environment with the kept backend in it, unless it names one itself; raises LabError."""
    kept = None if names_backend(environment) else read(home)
    if kept is None:
        return dict(environment)
    # None of the shell's own: they were meant for another address.
    return {name: value for name, value in environment.items() if not name.startswith(EXPORT)} | kept.variables()


def _parsed(fields: Any) -> KeptBackend:
    url, headers, signals = fields["url"], fields["headers"], tuple(fields["signals"])
    if not all(isinstance(text, str) for text in (url, *headers.values())):
        raise TypeError("its address and headers are texts")
    if not signals or not set(signals) <= VARIABLES.keys():
        raise ValueError(f"its signals are some of {', '.join(VARIABLES)}")
    return KeptBackend(url, headers, signals)
