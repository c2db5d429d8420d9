"""The requests of one visitor: Locust's fast HTTP client, a cookie, a trace."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geventhttpclient.client import HTTPClientPool
from geventhttpclient.response import HTTPConnectionClosed
from locust.contrib.fasthttp import FastHttpSession, FastResponse, ResponseContextManager
from locust.env import Environment

from loadgen.tracing import Outcome, Trace

USER_AGENT = "shop-load-generator/1"


@dataclass(frozen=True)
class Answer:
    """`status` is 0 without an answer; `error` is None when the request succeeded."""

    status: int
    body: Any
    error: str | None

    def __bool__(self) -> bool:
        return self.error is None


class Web:
    """The connections that all visitors share, and Locust's event for each request."""

    def __init__(self, environment: Environment, target: str, *, connections: int, timeout_s: float) -> None:
        pool = HTTPClientPool(
            concurrency=connections, connection_timeout=timeout_s, network_timeout=timeout_s, insecure=True
        )
        self._session = FastHttpSession(
            target, environment.events.request, None, client_pool=pool, max_redirects=0, max_retries=0
        )
        # Each visit keeps its own cookie: one jar for all would mix them, one for each costs more than the request.
        self._session.client.cookiejar = None
        self.target = target

    def send(
        self, method: str, path: str, *, name: str, headers: Mapping[str, str], body: Any
    ) -> ResponseContextManager:
        """One request; Locust counts it when the `with` block that it asks for ends."""
        return self._session.request(method, path, name=name, headers=dict(headers), json=body, catch_response=True)


class Visit:
    """The requests of one visitor, one after the other, within one trace."""

    def __init__(self, web: Web, trace: Trace, cookie: str | None = None) -> None:
        """`cookie` comes from an earlier visit; `address` is told as a proxy before the shop tells a visitor's."""
        self._web = web
        self.trace = trace
        self.cookie = cookie
        self.address: str | None = None

    def get(self, route: str, path: str | None = None, *, fine: frozenset[int] = frozenset()) -> Answer:
        """Read; `fine` are statuses from 400 on that are no failure here."""
        return self.ask("GET", route, path, fine=fine)

    def ask(
        self,
        method: str,
        route: str,
        path: str | None = None,
        *,
        body: Any = None,
        key: str | None = None,
        fine: frozenset[int] = frozenset(),
    ) -> Answer:
        """One request; its span ends with it, also when the visit is killed."""
        path = path or route
        call = self.trace.call(method, route, path)
        outcome = Outcome(None, "abandoned")
        try:
            with self._send(method, route, path, {**call.headers, **self._headers(key)}, body) as response:
                outcome = Outcome(response.status_code or None, _error(response, fine))
                return self._answer(response, outcome.error)
        finally:
            call.end(outcome)

    def _answer(self, response: ResponseContextManager, error: str | None) -> Answer:
        if error is None:
            response.success()
        else:
            response.failure(error)
        self._keep_cookie(response)
        return Answer(response.status_code, _json(response), error)

    def _send(
        self, method: str, route: str, path: str, headers: Mapping[str, str], body: Any
    ) -> ResponseContextManager:
        response = self._web.send(method, path, name=route, headers=headers, body=body)
        if isinstance(getattr(response, "error", None), HTTPConnectionClosed):
            # The shop closed a kept-alive connection at this very moment. Browsers ask again, too; checkouts carry
            # a key. Nothing is counted for an answer that no `with` block has been entered for.
            return self._web.send(method, path, name=route, headers=headers, body=body)
        return response

    def _headers(self, key: str | None) -> dict[str, str]:
        headers = {"User-Agent": USER_AGENT}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if key:
            headers["Idempotency-Key"] = key
        return headers

    def _keep_cookie(self, response: FastResponse) -> None:
        given = response.headers.get("set-cookie") if response.headers else None
        if given:
            cookies = given if isinstance(given, list) else [given]
            self.cookie = "; ".join(cookie.partition(";")[0] for cookie in cookies)


def address(target: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(target)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _error(response: FastResponse, fine: frozenset[int]) -> str | None:
    status: int = response.status_code
    if status == 0:
        return type(getattr(response, "error", None)).__name__
    return None if status < 400 or status in fine else str(status)


def _json(response: FastResponse) -> Any:
    try:
        return json.loads(response.content or b"null")
    except ValueError:
        return None
