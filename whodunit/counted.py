"""A number of things as people write it: `1 span`, `2 spans`, `at least 100 spans`."""


def counted(number: int, one: str, many: str = "", *, at_least: bool = False) -> str:
    """The number with its noun; `many` where the plural is not made with an s; `at_least` where there may be more."""
    return f"{'at least ' * at_least}{number} {one if number == 1 else many or f'{one}s'}"
