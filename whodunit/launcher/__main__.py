"""`python -m whodunit.launcher`: the lab, lean."""

import sys


def main() -> None:
    """Be the lab."""
    # httpx imports its own command line if it can: 0.1 s and 5 MB (rich, pygments, click) that nothing here uses.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    from whodunit.launcher import daemon  # noqa: PLC0415 - after the line above

    daemon.main()


if __name__ == "__main__":
    main()
