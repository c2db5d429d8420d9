"""The systems and Pythons that a bundle serves."""

from collections.abc import Sequence
from dataclasses import dataclass

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NEWEST_GLIBC = 39
OLDEST_GLIBC = 17


@dataclass(frozen=True)
class System:
    """One kind of machine, as wheels and as environment markers name it."""

    name: str
    tags: Sequence[str]
    """Platforms of wheels that run there."""

    sys_platform: str
    platform_system: str
    machine: str


@dataclass(frozen=True)
class Target:
    """A system with a version of Python."""

    system: System
    python: str

    @property
    def name(self) -> str:
        """As people read it."""
        return f"{self.system.name}, Python {self.python}"

    @property
    def environment(self) -> dict[str, str]:
        """What environment markers ask there."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "os_name": "nt" if self.system.sys_platform == "win32" else "posix",
            "sys_platform": self.system.sys_platform,
            "platform_system": self.system.platform_system,
            "platform_machine": self.system.machine,
        }

    @property
    def pip_options(self) -> list[str]:
        """Let pip take wheels for this target instead of its own machine."""
        platforms = [word for tag in self.system.tags for word in ("--platform", tag)]
        return [*platforms, "--python-version", self.python, "--implementation", "cp", "--only-binary", ":all:"]


def _glibc(machine: str) -> list[str]:
    """Every name of a wheel for a Linux with the newest glibc that is listed; pip adds older ones for the mac alone."""
    return [
        *(f"manylinux_2_{minor}_{machine}" for minor in range(NEWEST_GLIBC, OLDEST_GLIBC - 1, -1)),
        f"manylinux2014_{machine}",
    ]


SYSTEMS = (
    System("Linux x86-64", _glibc("x86_64"), "linux", "Linux", "x86_64"),
    System("Linux arm64", _glibc("aarch64"), "linux", "Linux", "aarch64"),
    System("macOS 14 arm64", ["macosx_14_0_arm64"], "darwin", "Darwin", "arm64"),
    System("macOS 14 x86-64", ["macosx_14_0_x86_64"], "darwin", "Darwin", "x86_64"),
    System("Windows x86-64", ["win_amd64"], "win32", "Windows", "AMD64"),
)
TARGETS = tuple(Target(system, python) for system in SYSTEMS for python in PYTHONS)
