"""Fills an empty credential store with 500 shoppers, all with the password `open-sesame-please`."""

from sqlalchemy import Connection, insert

from services.database.tables import users

SHOPPERS = 500

PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$5GugCli73QZSezlvlq4c2A$v7VwZGuM+pRpXI5G8Xlt04wGUQTiR3yyNheWknQEbgU"  # noqa: S105  a hash everybody may know
"""Argon2id (19 MiB, 2 passes, 1 lane) of the shoppers' password: 500 fresh ones would take a start 10 s."""

FIRST_NAMES = [
    "Ada",
    "Amal",
    "Bela",
    "Carmen",
    "Chidi",
    "Dana",
    "Edith",
    "Emeka",
    "Farah",
    "Felix",
    "Grace",
    "Hana",
    "Ines",
    "Ivo",
    "Jonas",
    "Kaya",
    "Lena",
    "Malik",
    "Mei",
    "Mina",
    "Noor",
    "Olga",
    "Pablo",
    "Priya",
    "Rosa",
]
LAST_NAMES = [
    "Abara",
    "Bauer",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fontaine",
    "Garcia",
    "Haddad",
    "Ito",
    "Jensen",
    "Kowalski",
    "Larsen",
    "Meyer",
    "Novak",
    "Okafor",
    "Petrov",
    "Rossi",
    "Silva",
    "Tanaka",
    "Weber",
]


def seed(connection: Connection) -> None:
    """Insert the shoppers, in the order of their numbers: their ids are 1 to 500."""
    connection.execute(insert(users), [_shopper(number) for number in range(1, SHOPPERS + 1)])


def _shopper(number: int) -> dict[str, str | bool]:
    return {
        "email": f"shopper{number:03}@example.com",
        "name": f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]}",
        "password_hash": PASSWORD_HASH,
        "email_verified": True,
        "roles": "shopper",
    }
