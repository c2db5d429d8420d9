"""The sheet that is printed and cut: how each student comes to their shop."""

from whodunit.hosting.roster import Place, Roster

WIDTH = 72
STEPS = """
Open the address in a browser, and type the token. The complaint is on the
page Mystery once the class has started; your answer is handed in there.
"""


def handout(roster: Roster) -> str:
    """The whole sheet."""
    cut = "-" * WIDTH
    return f"{cut}\n" + "".join(f"{_piece(roster, place)}{cut}\n" for place in roster.places)


def _piece(roster: Roster, place: Place) -> str:
    return f"{place.name}\n  address  {roster.address(place)}\n  token    {place.token}\n{STEPS}"
