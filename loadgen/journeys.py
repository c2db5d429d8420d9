"""The journeys of visitors, each drawn before the visit begins, so that answers cannot change it."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from loadgen import shop
from loadgen.spec import JourneyKind


@dataclass(frozen=True)
class Browse:
    """Look through a category (by its place in the list) and at some of its products (by their place on the page)."""

    kind: ClassVar[JourneyKind] = JourneyKind.BROWSE
    category: int
    page: int
    products: tuple[int, ...]


@dataclass(frozen=True)
class Leaf:
    """Leaf through the first pages of everything, and leave."""

    kind: ClassVar[JourneyKind] = JourneyKind.LEAF
    pages: int


@dataclass(frozen=True)
class Search:
    """Search for a word and look at one of the results."""

    kind: ClassVar[JourneyKind] = JourneyKind.SEARCH
    query: str
    result: int


@dataclass(frozen=True)
class SignUp:
    """Make an account; `number` tells this run's new accounts apart."""

    kind: ClassVar[JourneyKind] = JourneyKind.SIGN_UP
    number: int


@dataclass(frozen=True)
class LogIn:
    """Log in, look at one's orders if `sees_orders`, log out; who has `mistyped` the address is refused, and leaves."""

    kind: ClassVar[JourneyKind] = JourneyKind.LOG_IN
    account: int
    mistyped: bool = False
    sees_orders: bool = False


@dataclass(frozen=True)
class Line:
    """Some pieces of one product."""

    product_id: int
    quantity: int


@dataclass(frozen=True)
class Buy:
    """Put one or two things into the cart, check out, watch the order until it ends."""

    kind: ClassVar[JourneyKind] = JourneyKind.BUY
    account: int
    lines: tuple[Line, ...]
    card_number: str


@dataclass(frozen=True)
class Orders:
    """Look at one's orders, and at the latest of them."""

    kind: ClassVar[JourneyKind] = JourneyKind.ORDERS
    account: int


@dataclass(frozen=True)
class History:
    """Look at everything one has bought, from an address of one's region."""

    kind: ClassVar[JourneyKind] = JourneyKind.HISTORY
    account: int
    address: str


@dataclass(frozen=True)
class CompanyHistory(History):
    """The same on the screen of a company, which refreshes itself."""

    kind: ClassVar[JourneyKind] = JourneyKind.HISTORY_COMPANY


Journey = Browse | Leaf | Search | SignUp | LogIn | Buy | Orders | History


def draw(kind: JourneyKind, dice: Random, account: int, number: int) -> Journey:
    """The `number`th journey of its kind, for one of the seeded accounts (1 to 500)."""
    match kind:
        case JourneyKind.BROWSE | JourneyKind.LEAF:
            return _browse(dice) if kind is JourneyKind.BROWSE else Leaf(pages=dice.choice((2, 3, 4)))
        case JourneyKind.SEARCH:
            return Search(dice.choice(shop.SEARCHES), dice.randrange(5))
        case JourneyKind.SIGN_UP:
            return SignUp(number)
        case JourneyKind.LOG_IN | JourneyKind.LOG_IN_MISTYPED | JourneyKind.LOG_IN_ORDERS:
            mistyped, sees_orders = kind is JourneyKind.LOG_IN_MISTYPED, kind is JourneyKind.LOG_IN_ORDERS
            return LogIn(account, mistyped=mistyped, sees_orders=sees_orders)
        case JourneyKind.ORDERS | JourneyKind.HISTORY | JourneyKind.HISTORY_COMPANY:
            return Orders(account) if kind is JourneyKind.ORDERS else _history(kind, dice, number)
        case JourneyKind.BUY | JourneyKind.BUY_DECLINED | JourneyKind.BUY_LIMITED:
            declined_share = 1 if kind is JourneyKind.BUY_DECLINED else shop.DECLINED_SHARE
            lines = (Line(shop.LIMITED_EDITION, 1),) if kind is JourneyKind.BUY_LIMITED else _lines(dice)
            return Buy(account, lines, _card(dice, declined_share))


def _history(kind: JourneyKind, dice: Random, number: int) -> History:
    """Accounts that stand in a row are of different regions: each window has as many of each."""
    if kind is JourneyKind.HISTORY_COMPANY:
        company = shop.COMPANIES[number % len(shop.COMPANIES)]
        return CompanyHistory(company, _address(dice, company))
    person = shop.PEOPLE[number % len(shop.PEOPLE)]
    return History(person, _address(dice, person))


def _address(dice: Random, account: int) -> str:
    return f"{shop.REGIONS[shop.region(account)]}.{dice.randrange(1, 255)}"


def _browse(dice: Random) -> Browse:
    places = tuple(dice.randrange(24) for _ in range(dice.choice((1, 1, 2))))
    return Browse(category=dice.randrange(8), page=dice.choice((1, 1, 2)), products=places)


def _lines(dice: Random) -> tuple[Line, ...]:
    products = dice.sample(shop.PRODUCTS, dice.choice((1, 1, 2)))
    return tuple(Line(product_id, dice.choice((1, 1, 1, 2))) for product_id in products)


def _card(dice: Random, declined_share: float) -> str:
    declined = dice.random() < declined_share
    return dice.choice(shop.DECLINED_CARDS) if declined else shop.GOOD_CARD
