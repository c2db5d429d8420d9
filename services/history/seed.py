"""Lines of the 500 seeded customers, and of companies that have left; the database makes them itself."""

from sqlalchemy import Connection, text

from kit.regions import COMPANIES, REGIONS, offices_of

CUSTOMERS = range(1, 501)
FORMER_COMPANIES = range(1001, 1025)
LINES = 40
HEAD_OFFICE_LINES = 30_000
BRANCH_LINES = 3_000

_LINES = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)
INSERT INTO lines (id, customer_id, product_id, month, site, department, channel, status, payment, amount_cents)
SELECT :first + n, :customer, 1 + (n * 37 + :customer) % 240, 202501 + n % 2 * 100 + n / 2 % 12, n % 8, n / 8 % 12,
  n % 3, n % 5, n / 3 % 4, 100 + (n * 7919 + :customer * 31) % 20000
FROM numbers
"""


def seed(connection: Connection, region: str = REGIONS[0]) -> None:
    """Make the lines that `region` keeps."""
    first = 1
    for customer_id in (*CUSTOMERS, *FORMER_COMPANIES):
        if count := lines_of(customer_id, region):
            connection.execute(text(_LINES), {"first": first, "count": count, "customer": customer_id})
            first += count


def lines_of(customer_id: int, region: str) -> int:
    """How many lines of a customer a region keeps."""
    if customer_id in FORMER_COMPANIES:
        return HEAD_OFFICE_LINES if region == REGIONS[0] else 0
    offices = offices_of(customer_id)
    if region not in offices:
        return 0
    if customer_id not in COMPANIES:
        return LINES
    return HEAD_OFFICE_LINES if region == offices[0] else BRANCH_LINES
