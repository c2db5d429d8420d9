"""Three repairs of a slow list, each measured by what it saves."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from whodunit.counted import counted
from whodunit.exercise.evidence import Evidence, Visit
from whodunit.exercise.judging.database_spans import statements, text
from whodunit.exercise.judging.missing import Missing

FEW = 2
TABLE = "reviews"
ALIAS = re.compile(rf"\b{TABLE}\b(?:\s+as)?\s+(\w+)", re.IGNORECASE)
SHOWN = re.compile(r'data-product="(\d+)"\s+data-stars="([\d.]+)"\s+data-reviews="(\d+)"')
TRUTH = """SELECT products.id, round(coalesce(avg(stars), 0), 1), count(stars) FROM products
    LEFT JOIN reviews ON reviews.product_id = products.id WHERE category = ? GROUP BY products.id ORDER BY name"""
LISTS = "/products"


def slow_query(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: no-answer, and one for each key of the answer."""
    if not evidence.answer:
        keys = ", ".join(evidence.right_answer)
        yield Missing("no-answer", f"There is no answer.yaml with {keys}, or it is empty.")
        return
    for key, right in evidence.right_answer.items():
        given = evidence.answer.get(key, "").strip()
        if given != right:
            yield Missing(key, f"answer.yaml: {key} is not {given!r}." if given else f"answer.yaml does not say {key}.")


def index(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: no-statement, second-start, scan."""
    if not _selects(evidence):
        yield Missing("no-statement", "No span has a statement that reads anything: nothing has a plan.")
    if evidence.second_start:
        yield Missing("second-start", f"It was started again on its own database. {evidence.second_start}")
    for statement, line in _plans(evidence):
        if reads_all(line, statement):
            one = " ".join(statement.split())
            yield Missing("scan", f"SQLite's plan says {line!r}, each time that this is executed: {one[:120]}")
            return


def reads_all(line: str, statement: str) -> bool:
    """True if this line of the statement's plan reads every review; SQLite before 3.36 says SCAN TABLE for SCAN."""
    return (line.startswith("SCAN") and _is_of_reviews(line, statement)) or "AUTOMATIC" in line


def plans(evidence: Evidence) -> str:
    """How each statement comes to its reviews."""
    ways = {line for statement, line in _plans(evidence) if _is_of_reviews(line, statement)}
    if not _selects(evidence):
        return ""
    return f"plan: {', '.join(sorted(ways)) or f'no statement reads {TABLE}'}"


def query(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: no-statement, many, wrong-page."""
    visit = evidence.visits[0]
    count = len(statements(evidence, visit))
    if not count:
        yield Missing("no-statement", f"{visit} has no span of a statement: there is nothing to count.")
    elif count > FEW:
        shown = len(SHOWN.findall(visit.body))
        yield Missing("many", f"{visit} executes {count} statements to show {shown} products; {FEW} are enough.")
    other = _lists(evidence)[-2]
    if wrong := _wrong(evidence, other):
        yield Missing("wrong-page", f"{other}: {wrong}")


def statement_count(evidence: Evidence) -> str:
    """Statements of the first list, and their part of its time."""
    visit = evidence.visits[0]
    spans, servers = statements(evidence, visit), evidence.servers(visit)
    if not spans or not servers:
        return ""
    in_database_ms, of_ms = 1000 * sum(span.duration_s for span in spans), 1000 * servers[0].duration_s
    return f"{visit}: {counted(len(spans), 'statement')}, {in_database_ms:.1f} ms of {of_ms:.1f} ms"


def cache(evidence: Evidence) -> Iterator[Missing]:
    """Lessons: no-statement, asked-again, wrong-list, stale."""
    first, again, *_, other, afterwards = _lists(evidence)
    if not statements(evidence, first):
        yield Missing("no-statement", f"{first} has no span of a statement, the first time either.")
    elif count := len(statements(evidence, again)):
        yield Missing("asked-again", f"{again} a second time executes {counted(count, 'statement')}.")
    if wrong := _wrong(evidence, other):
        yield Missing("wrong-list", f"{other}: {wrong}")
    if wrong := _wrong(evidence, afterwards):
        yield Missing("stale", f"{afterwards}, after a review was written: {wrong}")


def repeated(evidence: Evidence) -> str:
    """Statements of the first list, and of the same one again."""
    first, again, *_ = (len(statements(evidence, visit)) for visit in _lists(evidence))
    return f"the first time {counted(first, 'statement')}, again {again}" if first else ""


def _lists(evidence: Evidence) -> list[Visit]:
    return [visit for visit in evidence.visits if visit.request.route == LISTS]


def _plans(evidence: Evidence) -> list[tuple[str, str]]:
    """Each statement that reads with each line of its plan, which names the tables of a view, too."""
    assert evidence.database  # noqa: S101  a run leaves one
    return [(statement, line) for statement in _selects(evidence) for line in _plan(evidence.database, statement)]


def _selects(evidence: Evidence) -> list[str]:
    every = {text(span) for visit in evidence.visits for span in statements(evidence, visit)}
    return sorted(each for each in every if re.search(r"\bselect\b", each, re.IGNORECASE))


def _plan(database: Path, statement: str) -> list[str]:
    """The lines of the plan of a statement, whose parameters need no value for it."""
    parameters = [None] * statement.count("?") or dict.fromkeys(re.findall(r":(\w+)", statement))
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    except sqlite3.Error as error:
        return [f"SCAN {TABLE} (no plan in the file of DATABASE: {error})"] if TABLE in statement else []


def _is_of_reviews(line: str, statement: str) -> bool:
    table, _, _ = line.partition(" USING ")
    return bool(set(table.split()) & _names(statement))


def _names(statement: str) -> set[str]:
    """The names that a statement has for the table, which are those in its plan."""
    return {TABLE, *ALIAS.findall(statement)}


def _wrong(evidence: Evidence, visit: Visit) -> str | None:
    """The first product of a list that is not shown as the database has it now; None when all are."""
    try:
        truth = _truth(evidence, visit.request.path.partition("=")[2])
    except sqlite3.Error as error:
        return f"compared with the tables products and {TABLE}, which have to stay: {error}."
    shown = {key: (float(stars), int(count)) for key, stars, count in SHOWN.findall(visit.body)}
    for key in sorted(truth.keys() | shown.keys(), key=int):
        if truth.get(key) != shown.get(key):
            return f"product {key} is {_stars(truth.get(key))}, and shown as {_stars(shown.get(key))}."
    if list(truth) != list(shown):
        return f"the products are in another order than by name: {', '.join(list(shown)[:5])} …"
    return None


def _truth(evidence: Evidence, category: str) -> dict[str, tuple[float, int]]:
    assert evidence.database  # noqa: S101  a run leaves one
    with closing(sqlite3.connect(f"{evidence.database.as_uri()}?mode=ro", uri=True)) as connection:
        return {str(key): (stars, count) for key, stars, count in connection.execute(TRUTH, (category,))}


def _stars(known: tuple[float, int] | None) -> str:
    return f"{known[0]} stars of {known[1]} reviews" if known else "not in this list"
