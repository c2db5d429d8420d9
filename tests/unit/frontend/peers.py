"""The services that the frontend asks, small and in process."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

Answer = Callable[[httpx.Request, list[str]], httpx.Response]

HISTORY_NODES = ("history-us", "history-eu", "history-asia", "history-us-2", "history-eu-2")

PASSWORD = "open-sesame-please"
TEA = {"id": 1, "name": "Tea pot", "description": "Holds tea.", "category": "kitchen", "price_cents": 2450}
LAMP = {"id": 2, "name": "Lamp <b>", "description": "Shines.", "category": "lighting", "price_cents": 123400}


def _body(request: httpx.Request) -> Any:
    return json.loads(request.content)


def problem(status: int, detail: str = "") -> httpx.Response:
    """A failure as the shop's services answer it."""
    return httpx.Response(status, json={"type": "about:blank", "title": "t", "status": status, "detail": detail})


class Peers(httpx.AsyncBaseTransport):
    """Answers for all of them; `failing` holds an error to raise or a status to answer with, by service."""

    def __init__(self) -> None:
        self.failing: dict[str, Exception | int] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.products: dict[int, dict[str, Any]] = {1: dict(TEA), 2: dict(LAMP)}
        self.ratings = {1: {"stars": 4.3, "reviews": 2310}}
        self.users = {"ann@example.com": 7, "bob@example.com": 8}
        self.suspended: set[int] = set()
        self.orders: dict[str, dict[str, Any]] = {}
        self.orders_by_key: dict[str, str] = {}
        self.order_status = "completed"
        self.received: list[Any] = []
        self.key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published = [self.key]
        self.token_expires_in_s = 600.0
        self._services: dict[int, tuple[str, Answer]] = {
            8088: ("product-catalog", self._catalog),
            8089: ("recommendation", self._recommendation),
            8085: ("user", self._user),
            8087: ("token", self._token),
            8081: ("order", self._order),
            4318: ("receiver", self._receiver),
            **{8090 + place: (name, self._history) for place, name in enumerate(HISTORY_NODES)},
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        service, answer = self._services[request.url.port or 0]
        self.asked.append((service, request.method, request.url.path))
        failure = self.failing.get(service)
        if isinstance(failure, Exception):
            raise failure
        await request.aread()
        return problem(failure) if failure else answer(request, request.url.path.strip("/").split("/"))

    def asked_of(self, service: str) -> list[tuple[str, str]]:
        """The requests that one of them got."""
        return [(method, path) for name, method, path in self.asked if name == service]

    def access_token(
        self, user_id: int, *, expires_in_s: float | None = None, ahead_s: float = 0, **others: str
    ) -> str:
        """A token as the token service issues it."""
        expires = time.time() + (self.token_expires_in_s if expires_in_s is None else expires_in_s)
        begins = time.time() + ahead_s
        claims = {"iss": "shop", "aud": "shop", "sub": str(user_id), "name": "Ann", "nbf": begins, "exp": int(expires)}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims | others, self.key, algorithms=["ES256"])

    def _receiver(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        self.received.append(_body(request))
        return httpx.Response(200, json={})

    def _catalog(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        match path:
            case ["products"]:
                return self._list(dict(request.url.params))
            case ["categories"]:
                return httpx.Response(200, json={"categories": [{"slug": "kitchen", "name": "Kitchen", "products": 1}]})
            case ["products", number] if int(number) in self.products:
                return httpx.Response(200, json=self.products[int(number)])
            case ["products", number, "picture"] if int(number) in self.products:
                return httpx.Response(200, text="<svg xmlns='http://www.w3.org/2000/svg'/>")
        return problem(404, "There is no such product.")

    def _list(self, wanted: dict[str, str]) -> httpx.Response:
        query, category = wanted.get("query", "").lower(), wanted.get("category")
        found = [
            each
            for each in self.products.values()
            if query in each["name"].lower() and category in (None, each["category"])
        ]
        page, size = int(wanted["page"]), int(wanted["page_size"])
        shown = [each | {"rating": self.ratings.get(each["id"])} for each in found[(page - 1) * size : page * size]]
        return httpx.Response(200, json={"products": shown, "total": len(found), "page": page, "page_size": size})

    def _recommendation(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        others = [each for each in self.products.values() if str(each["id"]) != request.url.params["product_id"]]
        return httpx.Response(200, json={"products": others[: int(request.url.params["limit"])]})

    def _user(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        body = _body(request)
        if path == ["users"]:
            if body["email"] in self.users:
                return problem(409, "Taken.")
            self.users[body["email"]] = 100 + len(self.users)
            return httpx.Response(201, json={"user_id": self.users[body["email"]], "name": body["name"]})
        user_id = self.users.get(body["email"])
        if user_id is None or body["password"] != PASSWORD:
            return problem(401, "Wrong.")
        token = self.access_token(user_id)
        tokens = None if user_id in self.suspended else {"access_token": token, "expires_in": 600, "scope": "orders"}
        answer = {"user_id": user_id, "name": "Ann", "tokens": tokens}
        return httpx.Response(200, json=answer)

    def _token(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})

    def _order(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if request.method == "POST":
            return self._place(_body(request), request.headers["Idempotency-Key"])
        if path == ["orders"]:
            mine = [each for each in self.orders.values() if str(each["user_id"]) == request.url.params["user_id"]]
            return httpx.Response(200, json={"orders": mine[::-1]})
        order = self.orders.get(path[1])
        return httpx.Response(200, json=order) if order else problem(404, "There is no such order.")

    def _history(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        group = {"value": 202501, "lines": 1250, "amount_cents": 1234567}
        sums = [{"figure": figure, "groups": [group]} for figure in request.url.params.get_list("figure")]
        return httpx.Response(200, json={"node": "?", "home": request.url.params["home"], "sums": sums})

    def _place(self, body: dict[str, Any], key: str) -> httpx.Response:
        order_id = self.orders_by_key.setdefault(key, str(uuid4()))
        order = self.orders.setdefault(order_id, self._new_order(order_id, body))
        return httpx.Response(202 if order["status"] == "processing" else 201, json=order)

    def _new_order(self, order_id: str, body: dict[str, Any]) -> dict[str, Any]:
        total_cents = sum(item["quantity"] * item["unit_price_cents"] for item in body["items"])
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return {
            "id": order_id,
            "number": 1000 + len(self.orders),
            "user_id": body["user_id"],
            "status": self.order_status,
            "reason": "card_declined" if self.order_status == "failed" else None,
            "total_cents": total_cents,
            "items": body["items"],
            "created_at": now,
            "updated_at": now,
        }
