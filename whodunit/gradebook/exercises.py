"""Marks a hand-in of an exercise, by what the check saw or by another check of the code in it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from whodunit.counted import counted
from whodunit.errors import LabError
from whodunit.exercise import catalogue
from whodunit.exercise.checking import check
from whodunit.exercise.handin import Content, Done, as_done, read, unpack
from whodunit.gradebook.row import Criterion, Row
from whodunit.gradebook.rubric import ExerciseRubric


def marked(file: str, text: str, rubric: ExerciseRubric, *, again: bool) -> Row:
    """The row; with `again` the code is run here, and its verdicts count. Raises LabError for what is no hand-in."""
    content = read(text)
    exercise = catalogue.exercise(content.exercise)
    seen = {each.step: each for each in content.steps}
    steps = seen
    notes: tuple[str, ...] = ()
    if again:
        steps = {each.step: each for each in _checked_again(content)}
        notes = _differing(seen, steps)
    return Row(
        file,
        content.student,
        content.exercise,
        content.at,
        tuple(_criterion(step.name, steps, rubric.weight(exercise.name, step.name)) for step in exercise.file.steps),
        notes,
        identity=content.code,
    )


def _criterion(name: str, steps: dict[str, Done], weight: int) -> Criterion:
    if name not in steps:
        return Criterion(name, 0, weight, "not checked: another release has written this")
    missing = steps[name].missing
    more = f" and {counted(len(missing) - 1, 'more thing')}" if len(missing) > 1 else ""
    return Criterion(name, 0 if missing else weight, weight, f"{missing[0]}{more}" if missing else "")


def _checked_again(content: Content) -> tuple[Done, ...]:
    exercise = catalogue.exercise(content.exercise).of(content.student)
    with TemporaryDirectory(prefix="whodunit-grade-", ignore_cleanup_errors=True) as place:
        try:
            unpack(content, Path(place))
        except OSError as error:
            raise LabError(f"Its files cannot be written: {error.strerror}.", "Have it handed in again.") from error
        judged, _ = check(exercise, Path(place), exercise.file.steps, lambda _: None)
    return as_done(judged)


def _differing(seen: dict[str, Done], steps: dict[str, Done]) -> tuple[str, ...]:
    """The steps whose verdict is not what the file says: it was made up, or the check is not sure."""
    names = [name for name, done in steps.items() if name in seen and bool(done.missing) != bool(seen[name].missing)]
    return (f"the file says otherwise of {', '.join(names)}",) if names else ()
