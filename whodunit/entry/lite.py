"""`python -m whodunit.entry.lite`: the lab of a lite shop, with few imports."""

import sys


def main() -> None:
    """Run the lab."""
    # httpx imports its own command line if it can: 0.1 s and 5 MB (rich, pygments, click) that nothing here uses.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    from whodunit.entry import lite_lab  # noqa: PLC0415 - after the line above

    lite_lab.main()


if __name__ == "__main__":
    main()
