"""OTLP exporters that do not give up.

The stock OTLP/HTTP exporters drop a batch after six attempts or ten seconds (measured: 26 s in all against a
dead endpoint). `Persistence` offers the batch again for five minutes, while the processor's queue holds what
comes after it, and counts what is lost in the end.
"""

from collections.abc import Callable, Mapping
from threading import Event
from time import monotonic
from typing import Any, Protocol

import requests
from opentelemetry import metrics
from requests.structures import CaseInsensitiveDict

GIVE_UP_AFTER_S = 300.0
LONGEST_ATTEMPT_S = 60.0
"""With the pause before it. What took longer was no attempt: the machine was suspended, and the receiver with it."""

PAUSES_S = (1.0, 2.0, 5.0)
"""Between offers of one batch; the last one repeats. The exporter's own attempts come on top."""

RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})


class LastAnswer(requests.Session):
    """A session that remembers how the receiver answered last: the exporter itself tells only that it failed.

    It hands a request to the connections as it is. Cookies, redirects, hooks and the environment's proxies, which a
    receiver of telemetry has nothing to do with, would take a third of its processor time.
    """

    status: int | None = None

    def request(  # type: ignore[override]  # as the exporters call it
        self, method: str, url: str, *, headers: Mapping[str, str], data: bytes, timeout: float, **_: Any
    ) -> requests.Response:
        """Send, and remember the answer; None while there is none."""
        self.status = None
        request = requests.PreparedRequest()
        request.method, request.url, request.body = method, url, data
        request.headers = CaseInsensitiveDict({**self.headers, **headers, "Content-Length": str(len(data))})
        response = self.get_adapter(url).send(request, timeout=timeout, verify=self.verify, cert=self.cert)
        response.content  # noqa: B018  read, so that the connection can be used again
        self.status = response.status_code
        return response

    @property
    def refused(self) -> bool:
        """The receiver answered, and offering the same again will not help."""
        return self.status is not None and self.status >= 400 and self.status not in RETRYABLE


class Offering(Protocol):
    """Has a batch sent, in its own way."""

    def offer(self, send: Callable[[], bool], items: int) -> bool:
        """True when `send` succeeded."""
        ...


class Persistence:
    """Offers one batch until it is taken, refused, too old, or the process stops."""

    def __init__(
        self,
        signal: str,
        session: LastAnswer | None = None,
        clock: Callable[[], float] = monotonic,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        """Without a `session` nothing tells a refusal, and every batch is offered until it is too old."""
        self._session = session
        self._clock = clock
        self._pauses_s = pauses_s
        self._stopping = Event()
        self._attributes = {"shop.telemetry.signal": signal}
        self._dropped = metrics.get_meter("shop.telemetry").create_counter("shop.telemetry.dropped", "{item}")

    def begin(self) -> None:
        """Count from zero: a counter that nobody has added to yet is not exported, and a rate misses its first step."""
        self._dropped.add(0, self._attributes)

    def stop(self) -> None:
        """Make no further offer after the present one."""
        self._stopping.set()

    def offer(self, send: Callable[[], bool], items: int) -> bool:
        """True when `send` succeeded; otherwise `items` are counted as dropped."""
        offered_s, looked = 0.0, self._clock()
        attempt = 0
        while not send():
            pause = self._pauses_s[min(attempt, len(self._pauses_s) - 1)]
            attempt += 1
            now = self._clock()
            offered_s += min(now - looked, LONGEST_ATTEMPT_S)
            looked = now
            if self._refused or offered_s + pause > GIVE_UP_AFTER_S or self._stopping.wait(pause):
                self._dropped.add(items, self._attributes)
                return False
        return True

    @property
    def _refused(self) -> bool:
        return self._session is not None and self._session.refused
