"""Fills an empty credential store with 500 shoppers, all with the password `open-sesame-please`."""

from sqlalchemy import Connection, insert

from services.database.tables import users

PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$5GugCli73QZSezlvlq4c2A$v7VwZGuM+pRpXI5G8Xlt04wGUQTiR3yyNheWknQEbgU"  # noqa: S105  a hash everybody may know
"""Argon2id (19 MiB, 2 passes, 1 lane) of the shoppers' password: 500 fresh ones would take a start 10 s."""

FIRST_NAMES = """
    Ada Amal Bela Carmen Chidi Dana Edith Emeka Farah Felix Grace Hana Ines Ivo Jonas Kaya Lena Malik Mei Mina Noor
    Olga Pablo Priya Rosa
"""
LAST_NAMES = """
    Abara Bauer Castillo Dubois Eriksen Fontaine Garcia Haddad Ito Jensen Kowalski Larsen Meyer Novak Okafor Petrov
    Rossi Silva Tanaka Weber
"""
"""Each of the shoppers has a name of their own: 25 by 20."""


def seed(connection: Connection) -> None:
    """Insert the shoppers, in the order of their numbers: their ids are 1 to 500."""
    names = (f"{first} {last}" for last in LAST_NAMES.split() for first in FIRST_NAMES.split())
    connection.execute(insert(users), [_shopper(number, name) for number, name in enumerate(names, start=1)])


def _shopper(number: int, name: str) -> dict[str, str | bool]:
    return {
        "email": f"shopper{number:03}@example.com",
        "name": name,
        "password_hash": PASSWORD_HASH,
        "email_verified": True,
        "roles": "shopper",
    }
