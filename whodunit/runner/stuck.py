"""Finds one customer's order that hangs, as customer care would name it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from whodunit.runner.session import Session
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import LogQuery, Window

SIGN = LogQuery(service="order", body="Payment service timeout, retrying.")
"""Order writes it when an order has waited more than ten seconds for its payment."""

ID = "shop.order.id"


@dataclass(frozen=True)
class StuckOrder:
    """An order in processing, its page, and the login of its customer."""

    number: int
    link: str
    email: str
    trace_id: str | None


def first_stuck(session: Session, since: datetime, now: datetime) -> StuckOrder | None:
    """The first order that hangs; None as long as there is none."""
    try:
        found = session.telemetry.logs(SIGN, Window(since, now), 1)
    except TelemetryError:
        return None
    for record in found.sample:
        if order := _order(session, record.attributes.get(ID, "")):
            link = f"{session.shop_url}/orders/{order['id']}"
            return StuckOrder(order["number"], link, _email(order["user_id"]), record.trace_id)
    return None


def _order(session: Session, order_id: str) -> dict[str, Any] | None:
    try:
        answer = httpx.get(f"{session.url('order')}/orders/{order_id}", timeout=5.0, trust_env=False)
    except httpx.HTTPError:
        return None
    return answer.json() if answer.is_success else None


def _email(user_id: int) -> str:
    return f"shopper{user_id:03d}@example.com"
