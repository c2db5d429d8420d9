"""`python -m whodunit.entry.lite`: the lab of a shop in a state folder, lean."""

import sys


def main() -> None:
    """Be the lab."""
    # httpx imports its own command line if it can: 0.1 s and 5 MB (rich, pygments, click) that nothing here uses.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    from whodunit.entry import lite_lab  # noqa: PLC0415 - after the line above

    lite_lab.main()


if __name__ == "__main__":
    main()
