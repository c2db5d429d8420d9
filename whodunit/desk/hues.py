"""The hue of a service, by number: the same service has the same one on every page, as in the terminal."""

from whodunit.views.palette import COLOURS, colour


def hue(service: str) -> int:
    """A number from 0 to 9, of which the style sheet makes a colour."""
    return COLOURS.index(colour(service))
