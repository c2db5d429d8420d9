"""Panels about a checkout: the order, its payment, and what they wait for."""

from whodunit.panels import waiting
from whodunit.panels.limits import LATENCY_S
from whodunit.panels.lines import level, mean, percentile, rate
from whodunit.panels.panel import Panel, Unit

CHECKOUT = {"http.request.method": "POST", "http.route": ["/checkout", "/api/checkout"]}
CALLERS = ("frontend", "order", "payment")
PEERS = ("order", "payment", "inventory", "gateway")
DATABASES = ("order", "payment", "inventory")

ORDERS = Panel(
    "Orders that ended",
    "How many orders come to an end, and how. Fewer than customers begin, or failed ones, is what they complain of. "
    "A declined card is a failed order too, and nobody's outage.",
    Unit.EVENTS,
    [rate("shop.order.results", "{shop.outcome}", "shop.outcome")],
    stacked=True,
)

WAITING_ORDERS = Panel(
    "Orders that have not ended",
    "Orders in processing now, and those among them that have been for longer than 10 s. A few in processing are "
    "work; a line that only rises is customers who paid and hear nothing.",
    Unit.THINGS,
    [level("shop.order.in_processing", "in processing"), level("shop.order.stuck", "for longer than 10 s")],
)

ANSWER = Panel(
    "Answer to a checkout",
    "What the customer's browser waits for. The shop answers after 2 s at the latest and goes on working, so this "
    "shows that something is slow, not how slow: the panel beside it does.",
    Unit.SECONDS,
    [
        percentile(95, "http.server.request.duration", "p95", service="frontend", where=CHECKOUT, exemplars=True),
        percentile(50, "http.server.request.duration", "median", service="frontend", where=CHECKOUT),
    ],
    limit=LATENCY_S,
)

TO_THE_END = Panel(
    "From checkout to the order's end",
    "How long an order takes in all. Compare average and percentiles: an average that hides behind a p99 means that "
    "few orders suffer much; both up together means that all do. Orders that have not ended are not in it yet.",
    Unit.SECONDS,
    [
        percentile(99, "shop.order.duration", "p99", exemplars=True),
        percentile(95, "shop.order.duration", "p95"),
        mean("shop.order.duration", "average"),
    ],
)

PAYMENT_TIME = Panel(
    "Time to process a payment",
    "From the request to the recorded result, retries included. Half a second is usual. A point on the p95 leads to "
    "the trace of one such payment.",
    Unit.SECONDS,
    [
        percentile(95, "shop.payment.duration", "p95", exemplars=True),
        percentile(50, "shop.payment.duration", "median"),
        mean("shop.payment.duration", "average"),
    ],
)

PAYMENTS = Panel(
    "Payments and reservations",
    "How payments end, and what becomes of the goods after. A reservation that came too late had an order that "
    "waited too long for its payment.",
    Unit.EVENTS,
    [
        rate("shop.payment.results", "payment {shop.outcome}", "shop.outcome"),
        rate("shop.inventory.reservations", "goods {shop.outcome}", "shop.outcome"),
    ],
)

RETRIES = Panel(
    "Payment's retries and time-outs",
    "Attempts that payment repeats, by reason, and waits that it gives up, by what it waited for. The reasons name "
    "where payment was waiting when it lost patience, which is not always who kept it waiting.",
    Unit.EVENTS,
    [
        rate("shop.payment.retries", "retry: {shop.retry.reason}", "shop.retry.reason"),
        rate("shop.payment.timeouts", "time-out: {shop.awaited}", "shop.awaited"),
    ],
)

CALL_TIMES = waiting.call_times(CALLERS, PEERS)
FAILING_CALLS = waiting.failing_calls(CALLERS, PEERS)
CONNECTION_WAIT = waiting.connection_wait(DATABASES)
CONNECTIONS = waiting.connections(DATABASES)
