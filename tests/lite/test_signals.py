"""What every recorded run says, and what none may say: the cause, a secret, a name that nobody declared."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.shop import Shop

GIVEAWAYS = re.compile(r"\b(inject\w*|chaos|faults?|simulat\w*|sabotage\w*|impostor|culprit|whodunit)\b", re.IGNORECASE)
"""Whole words that a production system would not say of itself."""

SECRETS = {
    "a password": re.compile(r"open-sesame-please"),
    "a password hash": re.compile(r"\$argon2"),
    "a token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\."),
    "a card number": re.compile(r"\b4[0-9]{15}\b"),
    "an e-mail address": re.compile(r"[a-z0-9]+@example\.(com|test|org)"),
    "a query string": re.compile(r"[?&](query|email|token|password|page)="),
}

TEXTS = (
    "SELECT DISTINCT name, status_message FROM spans",
    "SELECT DISTINCT unnest(map_keys(attributes)), unnest(map_values(attributes)) FROM spans",
    "SELECT DISTINCT CAST(events AS VARCHAR) FROM spans WHERE json_array_length(events) > 0",
    "SELECT DISTINCT body, event_name FROM logs",
    "SELECT DISTINCT unnest(map_keys(attributes)), unnest(map_values(attributes)) FROM logs",
    "SELECT DISTINCT name, unit FROM metrics",
    "SELECT DISTINCT unnest(map_keys(attributes)), unnest(map_values(attributes)) FROM metrics",
)
"""Every text in every signal. Identifiers that are random do not repeat a word by chance."""

CHECKOUT = str(Path(__file__).parents[2])
"""The folder of the installation is in every stack trace, whatever it is called."""

PAGE = 10_000


def rows(shop: Shop, sql: str) -> Iterator[list[Any]]:
    """All rows of a query, a page at a time."""
    offset = 0
    while True:
        page = shop.json("sql", f"SELECT * FROM ({sql}) ORDER BY ALL LIMIT {PAGE} OFFSET {offset}")["rows"]
        yield from page
        if len(page) < PAGE:
            return
        offset += PAGE


@pytest.fixture(scope="module")
def texts(recorded: Shop) -> list[str]:
    """Every text that the recorded runs left, from every signal, without the installation's folder."""
    found = [str(cell).replace(CHECKOUT, "") for sql in TEXTS for row in rows(recorded, sql) for cell in row if cell]
    assert len(found) > 1000
    return found


def flag_words(shop: Shop) -> re.Pattern[str]:
    """The names of all flags that the lab can switch, faults and remedies; product flags are seen, as in production."""
    keys = [str(flag["key"]) for flag in shop.json("fault", "list") if flag["kind"] != "product"]
    assert "payment-pool-exhaustion" in keys
    return re.compile("|".join(re.escape(key) for key in keys) + "|" + "|".join(key.replace("-", "_") for key in keys))


def test_no_signal_gives_the_cause_away(recorded: Shop, texts: list[str]) -> None:
    flags = flag_words(recorded)
    assert sorted({text[:300] for text in texts if GIVEAWAYS.search(text) or flags.search(text)}) == []


@pytest.mark.parametrize("kind", SECRETS)
def test_no_signal_holds_a_secret(kind: str, texts: list[str]) -> None:
    assert sorted({text[:300] for text in texts if SECRETS[kind].search(text)}) == []


def test_the_gateway_has_no_telemetry(recorded: Shop) -> None:
    assert list(rows(recorded, "SELECT service FROM spans WHERE service = 'gateway'")) == []


def test_every_log_line_of_a_request_joins_its_trace(recorded: Shop) -> None:
    lonely = """SELECT service, body FROM logs WHERE scope LIKE 'shop.%' AND trace_id IS NOT NULL
                AND trace_id NOT IN (SELECT trace_id FROM spans) AND time < now()::TIMESTAMP - INTERVAL 30 SECOND"""
    assert list(rows(recorded, lonely)) == []
