"""Makes each journey, request by request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from time import perf_counter
from typing import Any
from uuid import uuid4

from loadgen import shop
from loadgen.journeys import Browse, Buy, History, Journey, Leaf, LogIn, Orders, Search, SignUp
from loadgen.sessions import Sessions
from loadgen.stats import Stats
from loadgen.tracing import Tracing
from loadgen.watching import OrderWatch
from loadgen.web import Answer, Visit, Web

NO_CONTENT = 204
UNAUTHORIZED = 401
NOT_LOGGED_IN = frozenset({UNAUTHORIZED})


class JourneyError(Exception):
    """A step of the journey failed, and the visitor leaves."""


@dataclass
class Shopper:
    """Makes journeys; one for all visitors.

    `pause` lets a visitor think between two requests; those of an open-loop run do not.
    """

    web: Web
    tracing: Tracing
    stats: Stats
    watch: OrderWatch
    pause: Callable[[], None] = lambda: None
    sessions: Sessions = field(default_factory=Sessions)
    run: str = field(default_factory=lambda: token_hex(4))

    def make(self, journey: Journey) -> None:
        """Make one journey. One that fails is counted; nothing is raised."""
        with self.tracing.journey(journey.kind.replace("_", " "), {}) as trace:
            visit = Visit(self.web, trace)
            try:
                placed = self._go(visit, journey)
            except JourneyError as error:
                trace.failed(str(error))
                placed = None
        self.stats.journey(journey.kind)
        if placed and isinstance(journey, Buy):
            self.watch.until_it_ends(placed, visit.cookie, declines=journey.card_number in shop.DECLINED_CARDS)

    def _go(self, visit: Visit, journey: Journey) -> dict[str, Any] | None:
        match journey:
            case Browse():
                self._browse(visit, journey)
            case Leaf():
                self._leaf(visit, journey)
            case Search():
                self._search(visit, journey)
            case SignUp():
                self._sign_up(visit, journey)
            case LogIn(mistyped=True):
                self._be_refused(visit, journey.account)
            case LogIn():
                self._log_in(visit, journey.account)
                if journey.sees_orders:
                    _need(visit.get("/api/orders", fine=NOT_LOGGED_IN), "see the orders")
                _need(visit.ask("DELETE", "/api/session"), "log out")
            case Orders() | History():
                self._look_back(visit, journey)
            case Buy():
                return self._buy(visit, journey)
        return None

    def _browse(self, visit: Visit, journey: Browse) -> None:
        categories = _need(visit.get("/api/categories"), "see the categories")["categories"]
        slug = categories[journey.category % len(categories)]["slug"]
        self.pause()
        path = f"/api/products?category={slug}&page={journey.page}"
        products = _need(visit.get("/api/products", path), "see a category")["products"]
        for place in journey.products:
            self._look_at(visit, products, place)

    def _leaf(self, visit: Visit, journey: Leaf) -> None:
        for page in range(1, journey.pages + 1):
            _need(visit.get("/api/products", f"/api/products?page={page}"), "see a page")
            self.pause()

    def _search(self, visit: Visit, journey: Search) -> None:
        found = _need(visit.get("/api/products", f"/api/products?query={journey.query}"), "search")
        self._look_at(visit, found["products"], journey.result)

    def _look_at(self, visit: Visit, products: list[dict[str, Any]], place: int) -> None:
        if not products:
            return
        self.pause()
        product_id = products[place % len(products)]["id"]
        # A page asks for both at once, before it has the answer to either.
        product = visit.get("/api/products/{id}", f"/api/products/{product_id}")
        route = "/api/products/{id}/recommendations"
        related = visit.get(route, f"/api/products/{product_id}/recommendations")
        _need(product, "see a product")
        _need(related, "see recommendations")

    def _sign_up(self, visit: Visit, journey: SignUp) -> None:
        email = f"visitor-{self.run}-{journey.number}@example.com"
        account = {"email": email, "password": shop.PASSWORD, "name": f"Visitor {journey.number}"}
        _need(visit.ask("POST", "/api/users", body=account), "sign up")

    def _log_in(self, visit: Visit, account: int) -> None:
        visit.cookie = None
        credentials = {"email": shop.email(account), "password": shop.PASSWORD}
        _need(visit.ask("POST", "/api/session", body=credentials), "log in")

    def _be_refused(self, visit: Visit, account: int) -> None:
        credentials = {"email": shop.mistyped_email(account), "password": shop.PASSWORD}
        answer = visit.ask("POST", "/api/session", body=credentials, fine=NOT_LOGGED_IN)
        if answer.status != UNAUTHORIZED:
            raise JourneyError(f"was not refused: {answer.error or answer.status}")

    def _look_back(self, visit: Visit, journey: Orders | History) -> None:
        if isinstance(journey, Orders):
            self._look_at_orders(visit, journey)
        else:
            self._look_at_history(visit, journey)

    def _look_at_orders(self, visit: Visit, journey: Orders) -> None:
        answer = self._as_account(visit, journey.account, lambda: visit.get("/api/orders", fine=NOT_LOGGED_IN))
        orders = _need(answer, "see the orders")["orders"]
        if orders:
            self.pause()
            _need(visit.get("/api/orders/{id}", f"/api/orders/{orders[0]['id']}"), "see an order")

    def _look_at_history(self, visit: Visit, journey: History) -> None:
        visit.address = journey.address
        answer = self._as_account(visit, journey.account, lambda: visit.get("/api/history", fine=NOT_LOGGED_IN))
        _need(answer, "see the history")

    def _buy(self, visit: Visit, journey: Buy) -> dict[str, Any]:
        placed = _need(self._as_account(visit, journey.account, lambda: self._check_out(visit, journey)), "check out")
        visit.trace.root.set_attribute("shop.order.id", placed["id"])
        return dict(placed)

    def _as_account(self, visit: Visit, account: int, act: Callable[[], Answer]) -> Answer:
        """Act within the account's session; log in first where there is none, again where it has expired."""
        visit.cookie = self.sessions.cookie(account)
        if visit.cookie:
            answer = act()
            if answer.status != UNAUTHORIZED:
                return answer
            self.sessions.forget(account)
        self._log_in(visit, account)
        self.sessions.keep(account, visit.cookie)
        return act()

    def _check_out(self, visit: Visit, journey: Buy) -> Answer:
        for line in journey.lines:
            item = {"product_id": line.product_id, "quantity": line.quantity}
            _need(visit.ask("POST", "/api/cart/items", body=item), "fill the cart")
            self.pause()
        begun = perf_counter()
        card = {"card_number": journey.card_number}
        answer = visit.ask("POST", "/api/checkout", body=card, key=str(uuid4()), fine=NOT_LOGGED_IN)
        if answer and answer.status != UNAUTHORIZED:
            self.stats.checkout(perf_counter() - begun)
        return answer


def _need(answer: Answer, what: str) -> Any:
    if not answer or answer.status == UNAUTHORIZED or (answer.body is None and answer.status != NO_CONTENT):
        raise JourneyError(f"could not {what}: {answer.error or answer.status}")
    return answer.body
