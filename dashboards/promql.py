"""Pieces of PromQL that several panels share. `where` is a list of matchers as it stands between braces."""

WINDOW = "$__rate_interval"
"""Four exports or more: 20 s on a screen of a quarter of an hour, longer on a longer one."""

SLOW_WINDOW = "1m"
"""For what is reported every 10 s."""


def rate(counter: str, *by: str, where: str = "", window: str = WINDOW) -> str:
    """Increase of `counter` per second, by these labels."""
    return f"sum{_by(*by)} (rate({counter}{_matching(where)}[{window}]))"


def share(counter: str, part: str, *by: str, where: str = "", window: str = WINDOW) -> str:
    """Share of `counter`'s increase that also matches `part`; 0 when nothing does."""
    of_part = rate(counter, *by, where=", ".join(filter(None, (where, part))), window=window)
    of_all = rate(counter, *by, where=where, window=window)
    return f"({of_part} or 0 * {of_all}) / {of_all}"


def quantile(q: float, histogram: str, *by: str, where: str = "", window: str = WINDOW) -> str:
    """Below this lie `q` of what `histogram` (without `_bucket`) counted; interpolated within its buckets."""
    return f"histogram_quantile({q}, {buckets(histogram, *by, where=where, window=window)})"


def buckets(histogram: str, *by: str, where: str = "", window: str = WINDOW) -> str:
    """The measurements in each bucket of `histogram`, per second."""
    return rate(f"{histogram}_bucket", "le", *by, where=where, window=window)


def _by(*labels: str) -> str:
    return f" by ({', '.join(labels)})" if labels else ""


def _matching(where: str) -> str:
    return f"{{{where}}}" if where else ""
