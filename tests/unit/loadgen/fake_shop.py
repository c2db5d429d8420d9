"""A small shop that answers as the frontend's JSON API does, remembers what it was asked, and takes in telemetry."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.unit.loadgen.serving import serve

Handler = Callable[[Request], Awaitable[Response]]
DECLINED = "4000000000000002", "4000000000009995"
HEADERS = "traceparent", "baggage", "cookie", "idempotency-key", "x-forwarded-for"


class FakeShop:
    """Carts live in the cookie: `session=ACCOUNT.GENERATION/PRODUCT,PRODUCT`."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.orders: dict[str, dict[str, Any]] = {}
        self.spans: list[Span] = []
        self.lines: list[str] = []
        self.services: set[str] = set()
        self.url = ""
        self.generation = 1
        """Sessions of earlier generations have expired."""
        self.delay_s = 0.0
        self.order_s = 0.0
        self.checkout_status = 201
        self.refused = 0

    def app(self) -> Starlette:
        product = {"id": 3, "name": "Lamp", "price_cents": 100}
        page = {"products": [product], "total": 1, "page": 1, "page_size": 24}
        api = [
            ("/api/categories", "GET", self.fixed({"categories": [{"slug": "lighting", "name": "", "products": 1}]})),
            ("/api/products", "GET", self.fixed(page)),
            ("/api/products/{id}", "GET", self.fixed(product)),
            ("/api/products/{id}/recommendations", "GET", self.fixed({"products": [product]})),
            ("/api/users", "POST", self.sign_up),
            ("/api/session", "POST", self.log_in),
            ("/api/session", "DELETE", self.log_out),
            ("/api/cart/items", "POST", self.add),
            ("/api/checkout", "POST", self.check_out),
            ("/api/orders", "GET", self.list_orders),
            ("/api/orders/{id}", "GET", self.show_order),
            ("/api/history", "GET", self.fixed({"parts": []})),
        ]
        routes = [Route(path, self.noted(path, handler), methods=[method]) for path, method, handler in api]
        taken = {"/v1/traces": self.take_spans, "/v1/logs": self.take_logs}
        return Starlette(routes=[*routes, *(Route(path, take, methods=["POST"]) for path, take in taken.items())])

    async def take_spans(self, request: Request) -> Response:
        sent = ExportTraceServiceRequest.FromString(await _unpacked(request))
        for resource in sent.resource_spans:
            self.services |= service_names(resource.resource)
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return _protobuf(ExportTraceServiceResponse())

    async def take_logs(self, request: Request) -> Response:
        sent = ExportLogsServiceRequest.FromString(await _unpacked(request))
        for resource in sent.resource_logs:
            self.services |= service_names(resource.resource)
            self.lines += [record.body.string_value for scope in resource.scope_logs for record in scope.log_records]
        return _protobuf(ExportLogsServiceResponse())

    def requests(self, route: str, method: str = "GET") -> list[dict[str, Any]]:
        """What was asked for on one route."""
        return [each for each in self.asked if (each["route"], each["method"]) == (route, method)]

    def noted(self, route: str, handler: Handler) -> Handler:
        async def note(request: Request) -> Response:
            body = await request.body()
            headers = {name: request.headers.get(name) for name in HEADERS}
            asked = {"method": request.method, "route": route, "path": request.url.path, "query": request.url.query}
            self.asked.append({**asked, **headers, "body": json.loads(body or b"null")})
            await asyncio.sleep(self.delay_s)
            return await handler(request)

        return note

    def fixed(self, body: dict[str, Any]) -> Handler:
        async def answer(_: Request) -> Response:
            return JSONResponse(body)

        return answer

    async def sign_up(self, request: Request) -> Response:
        return JSONResponse({"user_id": 501, "name": (await request.json())["name"]}, status_code=201)

    async def log_in(self, request: Request) -> Response:
        account = (await request.json())["email"].partition("@")[0]
        if not account.startswith("shopper"):
            return JSONResponse({"title": "Unauthorized"}, status_code=401)
        response = JSONResponse({"user_id": 1, "name": account})
        response.set_cookie("session", f"{account}.{self.generation}/", httponly=True)
        return response

    async def log_out(self, _: Request) -> Response:
        response = Response(status_code=204)
        response.delete_cookie("session")
        return response

    async def add(self, request: Request) -> Response:
        response = JSONResponse({"items": []})
        cart = request.cookies.get("session", "")
        response.set_cookie("session", f"{cart}{(await request.json())['product_id']}+", httponly=True)
        return response

    def account(self, request: Request) -> str | None:
        login, _, _ = request.cookies.get("session", "").partition("/")
        return login if login.endswith(f".{self.generation}") else None

    async def check_out(self, request: Request) -> Response:
        if not self.account(request):
            return JSONResponse({"title": "Unauthorized"}, status_code=401)
        if self.checkout_status >= 400:
            self.refused += 1
            return JSONResponse({"title": "no"}, status_code=self.checkout_status)
        declined = (await request.json())["card_number"] in DECLINED
        now = datetime.now(UTC)
        ends = now + timedelta(seconds=self.order_s)
        order = {
            "id": f"order-{len(self.orders)}",
            "created_at": now.isoformat(),
            "updated_at": ends.isoformat(),
            "ended": "failed" if declined else "completed",
        }
        self.orders[order["id"]] = order
        return JSONResponse(self.present(order), status_code=202 if self.order_s else 201)

    def present(self, order: dict[str, Any]) -> dict[str, Any]:
        over = datetime.now(UTC) >= datetime.fromisoformat(order["updated_at"])
        return order | {"status": order["ended"] if over else "processing"}

    async def list_orders(self, request: Request) -> Response:
        if not self.account(request):
            return JSONResponse({"title": "Unauthorized"}, status_code=401)
        return JSONResponse({"orders": [self.present(order) for order in self.orders.values()][-1:]})

    async def show_order(self, request: Request) -> Response:
        return JSONResponse(self.present(self.orders[request.path_params["id"]]))


def service_names(resource: Resource) -> set[str]:
    """What a batch says who sent it: the attribute `service.name`."""
    return {each.value.string_value for each in resource.attributes if each.key == "service.name"}


async def _unpacked(request: Request) -> bytes:
    body = await request.body()
    return gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body


def _protobuf(answer: ExportTraceServiceResponse | ExportLogsServiceResponse) -> Response:
    return Response(answer.SerializeToString(), media_type="application/x-protobuf")


@contextmanager
def open_shop() -> Iterator[FakeShop]:
    """A fake shop on a free port of this machine, in a thread of this process."""
    shop = FakeShop()
    with serve(shop.app()) as shop.url:
        yield shop
