"""Cards that are declined: the numbers that payment providers publish for testing."""

DECLINED = {
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
}


def refusal(card_number: str) -> str | None:
    """Why the card's bank refuses, or None when it pays."""
    return DECLINED.get(card_number) or (None if passes_luhn(card_number) else "invalid_number")


def passes_luhn(card_number: str) -> bool:
    """True if the check digit is right (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(card_number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
