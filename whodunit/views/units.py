"""Numbers as people read them, by their unit."""

from whodunit.durations import format_duration

KIBI = 1024.0
KILO = 1000.0


def with_unit(value: float, unit: str) -> str:
    """A value to three digits or so: seconds as a duration, bytes by 1024, shares in per cent, the rest by 1000."""
    if unit == "s":
        return format_duration(value)
    if unit == "By":
        return _scaled(value, KIBI, ("B", "KiB", "MiB", "GiB"))
    return _scaled(value, KILO, ("", "k", "M", "G"))


def percent(ratio: float) -> str:
    """A share of one, in per cent."""
    return f"{100 * ratio:.1f} %" if 0 < ratio < 1 else f"{100 * ratio:.0f} %"


def unit_name(unit: str) -> str:
    """A unit as in a caption: `{order}/s` is orders per second."""
    known = {"s": "seconds", "By": "bytes", "1": "", "ms": "milliseconds"}
    thing, slash, per = unit.partition("/")
    plain = f"{thing[1:-1]}s" if thing.startswith("{") else known.get(thing, thing)
    return f"{plain}{' per second' if slash and per == 's' else slash + per}".strip()


def _scaled(value: float, base: float, names: tuple[str, ...]) -> str:
    size = 0
    while abs(value) >= base and size < len(names) - 1:
        value /= base
        size += 1
    number = f"{value:.3g}" if abs(value) < KILO - 0.5 else f"{value:.0f}"
    return f"{number} {names[size]}".strip() if base == KIBI else number + names[size]
