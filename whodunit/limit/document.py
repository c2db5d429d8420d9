"""A measurement as JSON: the form of `report.json` and of `--json`, which scripts and comparisons rely on."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from whodunit.limit.hunt import Hunt
from whodunit.limit.loads import Load
from whodunit.limit.search import Found
from whodunit.limit.trials import Trial

VERSION = 1

Json = dict[str, Any]


def document(hunt: Hunt, *, started: datetime, seconds: float, ended: str, target: str, machine: str) -> Json:
    """The whole measurement; `ended` is `complete`, or says why it is not."""
    plan = hunt.plan
    return {
        "version": VERSION,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "ended": ended,
        "target": target,
        "machine": machine,
        "targets": asdict(plan.targets),
        "mix": {kind: round(share, 4) for kind, share in plan.mix.shares.items()},
        "by": plan.by,
        "most": plan.most,
        "step_s": plan.step_s,
        "base": hunt.base,
        **{shape: _found(found) for shape, found in hunt.found.items()},
        "slopes": [asdict(each) | {"is_told_from_none": each.is_told_from_none} for each in hunt.slopes],
        "limit": asdict(hunt.limit) if hunt.limit else None,
        "trials": [_trial(each) for each in hunt.trials.made],
    }


def _found(found: Found) -> Json:
    return asdict(found)


def _trial(trial: Trial) -> Json:
    return {
        **_load(trial.load),
        "confirms": trial.confirms,
        "from": trial.window.start.isoformat(),
        "until": trial.window.end.isoformat(),
        "verdict": trial.verdict.value,
        "why": trial.why,
        **asdict(trial.figures),
        "failure_bound": trial.figures.failure_bound,
        "machine_share": trial.machine_share,
    }


def _load(load: Load) -> Json:
    return {"shape": load.shape, "rate": load.rate, "factor": load.factor}
