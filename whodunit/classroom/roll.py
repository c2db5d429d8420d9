"""A class as its leader's lab keeps it: what everybody gets, who is there, and what was handed in."""

from whodunit.classroom.schemas import Opening, Phase, Whereabouts
from whodunit.strict_yaml.quantities import Strict


class Student(Strict):
    """One who joined. `mysteries` are the names under which the mystery was begun there: files are known by them."""

    name: str
    token: str
    seen_s: float
    where: Whereabouts = Whereabouts()
    mysteries: tuple[str, ...] = ()


class HandedIn(Strict):
    """A hand-in that lies in the class's folder, by the name of its mystery; `name` is that of who handed it in."""

    mystery: str
    name: str
    at_s: float


class Roll(Strict):
    """The whole class; `passphrase` opens every hand-in, moments are seconds since 1970."""

    wanted: Opening
    seed: int
    passphrase: str
    code: str
    started_s: float | None = None
    ended_s: float | None = None
    students: tuple[Student, ...] = ()
    hand_ins: tuple[HandedIn, ...] = ()

    @property
    def phase(self) -> Phase:
        """How far the class is."""
        if self.ended_s is not None:
            return "over"
        return "waiting" if self.started_s is None else "running"
