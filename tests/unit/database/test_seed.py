"""The shoppers' password."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from services.database.seed import PASSWORD_HASH


def test_the_hash_is_of_the_documented_password() -> None:
    assert PasswordHasher().verify(PASSWORD_HASH, "open-sesame-please")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(PASSWORD_HASH, "open-sesame")


def test_the_hash_has_the_documented_cost() -> None:
    parameters = extract_parameters(PASSWORD_HASH)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
