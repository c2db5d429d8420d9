"""Ways to keep a database that may be lost, and the one that SQLite has: a copy a day."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Cost:
    """Sizes of the database and of all that is kept beside it, and processor time that the keeping took."""

    database_bytes: int
    kept_bytes: int
    cpu_s: float


class Keeping(Protocol):
    """Keeps order's database, loses it, and brings back what was kept."""

    name: str
    keeps: str
    is_daily: bool
    """Its copies are a day apart: the drill's day stands for a real one."""

    async def open(self) -> str:
        """Make the database; returns its URL."""
        ...

    async def copy(self) -> None:
        """The day begins: what is copied once a day is copied now."""
        ...

    async def cost(self) -> Cost:
        """What the keeping has cost so far."""
        ...

    async def lose(self) -> None:
        """The database and everything in its folder is gone, with what had not left it yet."""
        ...

    async def restore(self) -> str:
        """Bring back what was kept; returns the URL of the database that holds it."""
        ...


class DailyFile:
    """A copy of the SQLite file once a day, by SQLite's own backup: consistent while orders are written."""

    name = "daily-copy"
    keeps = "SQLite, its backup once a day"
    is_daily = True

    def __init__(self, folder: Path) -> None:
        self._database = folder / "order.db"
        self._copy = folder / "copies" / "order.db"
        self._cpu_s = 0.0

    async def open(self) -> str:
        """Order makes the file itself."""
        self._copy.parent.mkdir()
        return f"sqlite+aiosqlite:///{self._database}"

    async def copy(self) -> None:
        """Copy all pages in one read transaction; writers go on."""
        await asyncio.to_thread(self._back_up)

    async def cost(self) -> Cost:
        """The write-ahead log counts as the database."""
        return Cost(sum(size_of(each) for each in self._files()), size_of(self._copy), self._cpu_s)

    async def lose(self) -> None:
        """The file and its write-ahead log."""
        for each in self._files():
            each.unlink(missing_ok=True)

    async def restore(self) -> str:
        """The copy is put where the file was."""
        await asyncio.to_thread(shutil.copy, self._copy, self._database)
        return f"sqlite+aiosqlite:///{self._database}"

    def _back_up(self) -> None:
        began = time.thread_time()
        with closing(sqlite3.connect(self._database)) as source, closing(sqlite3.connect(self._copy)) as target:
            source.backup(target)
        self._cpu_s += time.thread_time() - began

    def _files(self) -> list[Path]:
        return [self._database.with_name(self._database.name + end) for end in ("", "-wal", "-shm")]


def size_of(path: Path) -> int:
    """Bytes in a file, or in all files below a folder."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size if path.exists() else 0
