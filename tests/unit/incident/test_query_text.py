import pytest

from whodunit.incident.query_text import language


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("SELECT 1", "sql"),
        ("\n  with a as (select 1) from a", "sql"),
        ("# at 2026-11-21T12:00:00.000+00:00\nsum(x)", "promql"),
        ('# from 1 to 2\n{service_name="a"} |= "b"', "promql"),
        ("# of these, kind server\nGET /api/traces?service=a", "text"),
        ("", "promql"),
    ],
)
def test_a_query_tells_its_language(query: str, name: str) -> None:
    assert language(query) == name
