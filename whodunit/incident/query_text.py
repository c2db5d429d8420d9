"""A query as text: which language it is in, for whoever draws it."""


def language(query: str) -> str:
    """`sql`, `promql` (which LogQL is drawn as, too) or `text`, for a request."""
    words = [word for line in query.splitlines() if not line.startswith("#") for word in line.split()]
    first = words[0].upper() if words else ""
    if first == "GET":
        return "text"
    return "sql" if first in {"SELECT", "WITH", "FROM"} else "promql"
