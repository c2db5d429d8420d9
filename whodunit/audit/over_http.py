"""The audit that the lab offers, over the services' HTTP APIs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from whodunit.audit.audit import read
from whodunit.audit.books import PROCESSING, Library
from whodunit.audit.findings import compare

READ_TIMEOUT_S = 30.0


def audit_services(urls: Mapping[str, str], settle_s: float) -> dict[str, Any]:
    """The findings as JSON, whether every promise was `held`, and how many orders are still `open`.

    `urls` are the services' addresses by name.
    Waits up to `settle_s` for orders in processing. Raises LabError when the books cannot be read.
    """
    with httpx.Client(timeout=READ_TIMEOUT_S, trust_env=False) as http:
        books = read(Library(http, urls), settle_s=settle_s)
    findings = compare(books, datetime.now(UTC))
    still_open = sum(1 for order in books.later_orders.values() if order.status == PROCESSING)
    return {**findings.as_json(), "held": findings.held, "open": still_open}
