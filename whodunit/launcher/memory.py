"""The memory that a process takes."""

from pathlib import Path


def pss_bytes(pid: int | None) -> int | None:
    """Proportional set size: its own pages, and its share of those it shares. None where there is no /proc."""
    if pid is None:
        return None
    try:
        return _pss(Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8"))
    except OSError:
        return None


def _pss(rollup: str) -> int | None:
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None
