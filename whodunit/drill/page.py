"""The measurements of a drill as a table: a column for each way of keeping the database."""

from collections.abc import Sequence

from rich.table import Table

from whodunit.counted import counted
from whodunit.drill.measured import Measured
from whodunit.drill.objectives import Recovery
from whodunit.durations import format_duration

MEGABYTE = 1_000_000
MISSED = "[bold red]missed[/]"


def table(measured: Sequence[Measured], objectives: Recovery) -> Table:
    """What was lost, how long it took, what could not be rebuilt, what the keeping cost."""
    found = Table(show_lines=False)
    found.add_column("order's database is lost")
    for each in measured:
        found.add_column(each.name)
    for name, cells in _rows(measured, objectives):
        found.add_row(name, *cells)
    return found


def _rows(measured: Sequence[Measured], objectives: Recovery) -> list[tuple[str, list[str]]]:
    lost, recovery = format_duration(objectives.lost_data), format_duration(objectives.recovery)
    return [
        ("kept by", [each.keeps for each in measured]),
        ("orders taken before", [str(each.loss.taken) for each in measured]),
        ("lost with it", [f"{each.loss.lost} orders" for each in measured]),
        ("  in time", [_lost_time(each) for each in measured]),
        (f"  objective {lost} (RPO)", [_met(each, "lost data", objectives) for each in measured]),
        ("database back after", [format_duration(each.times.restored_s) for each in measured]),
        ("orders taken again after", [format_duration(each.times.open_s) for each in measured]),
        ("all books agree after", [format_duration(each.times.agreed_s) for each in measured]),
        (f"  objective {recovery} (RTO)", [_met(each, "recovery", objectives) for each in measured]),
        ("rebuilt from other books", [f"{each.loss.rebuilt} orders" for each in measured]),
        ("  whose customer nobody knows", [str(each.loss.nameless) for each in measured]),
        ("  with guessed prices", [str(each.loss.guessed) for each in measured]),
        ("  under another number", [str(each.loss.renumbered) for each in measured]),
        ("paid, goods unknown: refunded", [str(each.loss.refunded) for each in measured]),
        ("in no book, gone", [str(each.loss.gone) for each in measured]),
        ("audit", [_met(each, "books", objectives, "holds", "[bold red]does not hold[/]") for each in measured]),
        ("pace of the rebuilding", [_pace(each) for each in measured]),
        ("  a whole day's, computed", [_replay(each) for each in measured]),
        ("database, kept beside it", [_disk(each) for each in measured]),
        ("processor time of the keeping", [format_duration(each.cost.cpu_s) for each in measured]),
    ]


def _lost_time(each: Measured) -> str:
    if each.day_s is None:
        return format_duration(each.loss.seconds)
    return f"{format_duration(each.lost_data_s)} ({format_duration(each.loss.seconds)} here)"


def _met(each: Measured, promise: str, objectives: Recovery, met: str = "met", missed: str = MISSED) -> str:
    return missed if promise in each.misses(objectives) else met


def _pace(each: Measured) -> str:
    return "too few to tell" if each.loss.pace is None else f"{each.loss.pace:.1f} orders/s"


def _replay(each: Measured) -> str:
    if each.replay_of_a_day_s is None:
        return "too few to tell"
    return f"{format_duration(each.replay_of_a_day_s)} for {counted(each.orders_of_a_day, 'order')}"


def _disk(each: Measured) -> str:
    return f"{_size(each.cost.database_bytes)}, {_size(each.cost.kept_bytes)}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= MEGABYTE else f"{size / 1e3:.0f} kB"
