"""The language of a query's text, for highlighting."""


def language(query: str) -> str:
    """`sql`, `promql` (also for LogQL), or `text` for an HTTP request."""
    words = [word for line in query.splitlines() if not line.startswith("#") for word in line.split()]
    first = words[0].upper() if words else ""
    if first == "GET":
        return "text"
    return "sql" if first in {"SELECT", "WITH", "FROM"} else "promql"
