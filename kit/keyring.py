"""The key to a flag file that does not say which flags are in force.

While somebody looks for a cause, the lab keeps it to itself: the file holds aliases in place of keys, and sealed
texts in place of variants (`kit/seal.py`). Who knows the file's key reads it like any other. The key is asked of the
lab and stays in memory.
"""

import threading
import time
from collections.abc import Callable

import httpx
from opentelemetry.instrumentation.utils import suppress_instrumentation

from kit.seal import Seal

ASK_AGAIN_S = 1.0
ANSWER_WITHIN_S = 2.0

Ask = Callable[[str], bytes | None]
"""The key of the file of that name; None while it cannot be told."""


class Keyring:
    """The seal of the flag file in force; asks for its key in a thread of its own until it is told."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._name = ""
        self._readable = threading.Event()
        self._readable.set()
        self.seal: Seal | None = None

    @property
    def is_sealed(self) -> bool:
        """True if the file in force says nothing to who has no key."""
        return bool(self._name)

    def turn_to(self, name: str) -> None:
        """The file in force is sealed under `name`; empty when it can be read as it is."""
        if name != self._name:
            self._name, self.seal = name, None
            if not name:
                self._readable.set()
            else:
                self._readable.clear()
                threading.Thread(target=self._fetch, args=(name,), name="flag-file-key", daemon=True).start()

    def wait(self, within_s: float) -> bool:
        """Until the file in force can be read, but no longer than that; whether it can."""
        return self._readable.wait(within_s)

    def _fetch(self, name: str) -> None:
        while self._name == name:
            key = self._ask(name)
            if key and self._name == name:
                self.seal = Seal(key)
                self._readable.set()
                return
            time.sleep(ASK_AGAIN_S)


def lab_keys(service: str, lab_url: str | None, token: str | None) -> Ask:
    """Asks the lab, untraced, in the name of `service`."""

    def ask(name: str) -> bytes | None:
        if lab_url is None:
            return None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with suppress_instrumentation():
                answer = httpx.post(
                    f"{lab_url}/reports/key",
                    json={"seal": name, "service": service},
                    headers=headers,
                    timeout=ANSWER_WITHIN_S,
                    trust_env=False,
                    verify=lab_url.startswith("https:"),
                )
            return bytes.fromhex(answer.json()["key"]) if answer.is_success else None
        except (httpx.HTTPError, ValueError, KeyError):
            return None

    return ask
