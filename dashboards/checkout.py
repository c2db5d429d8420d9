"""Checkout: from the customer's symptom down to where the time goes."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.page import Section, page
from dashboards.panels import log_lines
from whodunit.panels import checkout as panels
from whodunit.panels.boards import CHECKOUT

LOGS = log_lines(
    "What order, payment and inventory say",
    "All lines but those of completed orders. Open one: its trace id leads to everything that happened around it.",
    '{service_name=~"order|payment|inventory"} != "Order completed."',
)


def checkout() -> Dashboard:
    """The signals of a checkout in the order in which one looks."""
    return page(
        "checkout",
        CHECKOUT.title,
        CHECKOUT.description,
        Section(
            "Symptom: what the customer feels",
            [(panels.ORDERS, panels.WAITING_ORDERS), (panels.ANSWER, panels.TO_THE_END)],
        ),
        Section(
            "Where: which part of the way",
            [(panels.CALL_TIMES, panels.FAILING_CALLS), (panels.PAYMENT_TIME, panels.PAYMENTS, panels.RETRIES)],
        ),
        Section("Why: what that part is doing", [(panels.CONNECTION_WAIT, panels.CONNECTIONS), (LOGS,)]),
    )
