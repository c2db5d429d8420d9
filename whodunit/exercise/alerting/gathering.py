"""The evidence of alerts: the learner's rules, watched on each recording of the exercise."""

from collections.abc import Callable
from pathlib import Path

from whodunit.exercise.alerting.recorded import recording
from whodunit.exercise.alerting.rule_file import Rule, rules_in
from whodunit.exercise.alerting.watched import Alerting
from whodunit.exercise.alerting.watching import watched
from whodunit.exercise.catalogue import Exercise, Watch
from whodunit.exercise.evidence import Evidence

RECORDINGS = "recordings"
"""The folder of an exercise with recordings of its own."""


def gathered(exercise: Exercise, watch: Watch, folder: Path, tell: Callable[[str], object]) -> Evidence:
    """What the rules in `folder` do. Raises ScenarioFileError for a mistake in them, LabError for lost recordings."""
    rules, symptom = rules_in(folder), Rule.model_validate({"alert": "symptom", "expr": watch.symptom})
    seen, names = [], set[str]()
    for name in watch.recordings:
        tell(f"watching your alerts in {name}")
        recorded = recording(name, exercise.folder / RECORDINGS)
        names.update(recorded.samples.names)
        seen.append(watched(rules, recorded, symptom))
    return Evidence((), alerting=Alerting(rules, tuple(seen), tuple(sorted(names)), round(watch.within * 1000)))
