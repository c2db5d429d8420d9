"""Checkout: from the customer's symptom down to where the time goes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards import promql
from dashboards.limits import LATENCY_S
from dashboards.page import Section, page
from dashboards.panels import graph, log_lines
from dashboards.queries import series
from dashboards.waiting import call_times, connection_wait, connections, failing_calls

CHECKOUT = 'service_name="frontend", http_request_method="POST", http_route=~"/checkout|/api/checkout"'
HOPS = 'service_name=~"frontend|order|payment", service_peer_name=~"order|payment|inventory|gateway"'
DATABASES = 'service_name=~"order|payment|inventory"'

ORDERS = graph(
    "Orders that ended",
    "How many orders come to an end, and how. Fewer than customers begin, or failed ones, is what they complain of. "
    "A declined card is a failed order too, and nobody's outage.",
    "cps",
    series(promql.rate("shop_order_results_total", "shop_outcome"), "{{shop_outcome}}"),
    stacked=True,
)

WAITING_ORDERS = graph(
    "Orders that have not ended",
    "Orders in processing now, and those among them that have been for longer than 10 s. A few in processing are "
    "work; a line that only rises is customers who paid and hear nothing.",
    "short",
    series("max(shop_order_in_processing)", "in processing"),
    series("max(shop_order_stuck)", "for longer than 10 s"),
)

ANSWER = graph(
    "Answer to a checkout",
    "What the customer's browser waits for. The shop answers after 2 s at the latest and goes on working, so this "
    "shows that something is slow, not how slow: the panel beside it does.",
    "s",
    series(promql.quantile(0.95, "http_server_request_duration_seconds", where=CHECKOUT), "p95", exemplars=True),
    series(promql.quantile(0.5, "http_server_request_duration_seconds", where=CHECKOUT), "median"),
    limit=LATENCY_S,
)

TO_THE_END = graph(
    "From checkout to the order's end",
    "How long an order takes in all. Compare average and percentiles: an average that hides behind a p99 means that "
    "few orders suffer much; both up together means that all do. Orders that have not ended are not in it yet.",
    "s",
    series(promql.quantile(0.99, "shop_order_duration_seconds"), "p99", exemplars=True),
    series(promql.quantile(0.95, "shop_order_duration_seconds"), "p95"),
    series(promql.mean("shop_order_duration_seconds"), "average"),
)

PAYMENT_TIME = graph(
    "Time to process a payment",
    "From the request to the recorded result, retries included. Half a second is usual. A point on the p95 leads to "
    "the trace of one such payment.",
    "s",
    series(promql.quantile(0.95, "shop_payment_duration_seconds"), "p95", exemplars=True),
    series(promql.quantile(0.5, "shop_payment_duration_seconds"), "median"),
    series(promql.mean("shop_payment_duration_seconds"), "average"),
)

PAYMENTS = graph(
    "Payments and reservations",
    "How payments end, and what becomes of the goods after. A reservation that came too late had an order that "
    "waited too long for its payment.",
    "cps",
    series(promql.rate("shop_payment_results_total", "shop_outcome"), "payment {{shop_outcome}}"),
    series(promql.rate("shop_inventory_reservations_total", "shop_outcome"), "goods {{shop_outcome}}"),
)

RETRIES = graph(
    "Payment's retries and time-outs",
    "Attempts that payment repeats, by reason, and waits that it gives up, by what it waited for. The reasons name "
    "where payment was waiting when it lost patience, which is not always who kept it waiting.",
    "cps",
    series(promql.rate("shop_payment_retries_total", "shop_retry_reason"), "retry: {{shop_retry_reason}}"),
    series(promql.rate("shop_payment_timeouts_total", "shop_awaited"), "time-out: {{shop_awaited}}"),
)

LOGS = log_lines(
    "What order, payment and inventory say",
    "All lines but those of completed orders. Open one: its trace id leads to everything that happened around it.",
    '{service_name=~"order|payment|inventory"} != "Order completed."',
)


def checkout() -> Dashboard:
    """The signals of a checkout in the order in which one looks."""
    return page(
        "checkout",
        "Checkout",
        "A customer pays and waits. Top down: what the customer feels, which part of the way takes the time, and "
        "what that part is doing meanwhile.",
        Section("Symptom: what the customer feels", [(ORDERS, WAITING_ORDERS), (ANSWER, TO_THE_END)]),
        Section(
            "Where: which part of the way", [(call_times(HOPS), failing_calls(HOPS)), (PAYMENT_TIME, PAYMENTS, RETRIES)]
        ),
        Section("Why: what that part is doing", [(connection_wait(DATABASES), connections(DATABASES)), (LOGS,)]),
    )
