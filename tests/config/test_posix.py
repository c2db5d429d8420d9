"""What only POSIX has stands in the modules named here: each asks for the system first, or runs there alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kit", "services", "whodunit", "loadgen")

MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
NAMES = {
    "os": {
        *(
            "chown",
            "fchmod",
            "fork",
            "forkpty",
            "getegid",
            "geteuid",
            "getgid",
            "getloadavg",
            "getpgid",
            "getuid",
            "killpg",
        ),
        *("mkfifo", "nice", "register_at_fork", "sched_getaffinity", "sched_setaffinity", "set_blocking", "setpgid"),
        *("setsid", "statvfs", "sysconf", "uname", "wait", "wait3", "wait4", "waitstatus_to_exitcode"),
    },
    "signal": {
        *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGUSR1", "SIGUSR2"),
        *("alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "sigwait"),
    },
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
}
OF_THE_LOOP = {"add_signal_handler"}
PROC = "/proc"

ALLOWED = {
    "kit/cpu_keeper.py": {"os.fork", "os.waitstatus_to_exitcode"},  # a program of its own, for one release of order
    "kit/server.py": {"socket.SO_REUSEPORT"},  # where the system has it
    "whodunit/drill/commands.py": {"add_signal_handler"},  # where the loop has it
    "whodunit/drill/programs.py": {"os.geteuid", "pwd"},  # asks for the system
    "whodunit/drill/server.py": {"signal.SIGQUIT"},  # a PostgreSQL server of the drill's own
    "whodunit/launcher/as_typed.py": {"signal.pthread_kill"},  # where the system has it
    "whodunit/launcher/child.py": {PROC, "signal.pthread_sigmask"},  # asks for the system
    "whodunit/launcher/lock.py": {"fcntl"},  # asks for the system: msvcrt elsewhere
    "whodunit/launcher/memory.py": {PROC},  # no figure where it is absent
    "whodunit/launcher/nursery.py": {"os.fork", "os.setsid"},  # Linux alone: elsewhere labs are commands
    "whodunit/launcher/zygote.py": {  # Linux alone: elsewhere programs are spawned
        *("os.fork", "os.set_blocking", "os.waitstatus_to_exitcode"),
        *("signal.SIGCHLD", "signal.SIGKILL", "signal.pthread_sigmask"),
    },
    "whodunit/names/main.py": {"add_signal_handler"},  # in a container
    "whodunit/pages.py": {PROC},  # asks for the system
}


def test_what_only_posix_has_is_used_where_it_is_allowed_and_nowhere_else() -> None:
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    found = {file.relative_to(ROOT).as_posix(): set(_used(file.read_text("utf-8"))) for file in files}
    assert {file: used for file, used in found.items() if used} == ALLOWED


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("import fcntl", {"fcntl"}),
        ("from pwd import getpwall", {"pwd"}),
        ("from os import fork", {"os.fork"}),
        ("import os\nos.killpg(1, 2)", {"os.killpg"}),
        ("loop.add_signal_handler(1, f)", {"add_signal_handler"}),
        ("open('/proc/1/stat')", {PROC}),
        ("import os\nos.kill(1, 15)", set()),
    ],
)
def test_each_way_to_use_it_is_seen(text: str, used: set[str]) -> None:
    assert set(_used(text)) == used


def _used(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names):
                yield from (each.name for each in names if each.name in MODULES)
            case ast.ImportFrom(module) if module in MODULES:
                yield module
            case ast.ImportFrom(module, names) if module in NAMES:
                yield from (f"{module}.{each.name}" for each in names if each.name in NAMES[module])
            case ast.Attribute(ast.Name(module), name) if name in NAMES.get(module, ()):
                yield f"{module}.{name}"
            case ast.Attribute(_, name) if name in OF_THE_LOOP:
                yield name
            case ast.Constant(str(value)) if value.startswith(f"{PROC}/"):
                yield PROC
