"""The table of scenarios for the README, made from the scenarios themselves.

`python -m whodunit.incident.table`
"""

import sys

from whodunit.incident import catalogue
from whodunit.incident.loader import Case


def markdown(cases: list[Case]) -> str:
    """One row for each scenario, with how many causes stand behind it, and where all of them are proved."""
    titles = ("scenario", "what people notice", "causes", "documented as", "proved on", "evidence of the first")
    heading = [f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}"]
    return "\n".join([*heading, *(_row(case) for case in cases)])


def _row(case: Case) -> str:
    scenario = case.scenario
    evidence = scenario.expect
    counts = {
        "metrics": len(evidence.metrics),
        "spans": len(evidence.spans),
        "log lines": len(evidence.logs),
        "alerts": len(evidence.alerts),
    }
    seen = ", ".join(
        f"{count} {what if count > 1 else what.removesuffix('s')}" for what, count in counts.items() if count
    )
    link = f"[`{case.slug}`](scenarios/{case.slug}/README.md)"
    causes = len(case.causes) or int(scenario.breaks)
    proved = ", ".join(scenario.proved_on)
    evidence_of_it = seen or "every negative control stays silent"
    told = (link, scenario.title, str(causes), scenario.documented_in, proved, evidence_of_it)
    return f"| {' | '.join(told)} |"


if __name__ == "__main__":
    sys.stdout.write(markdown(catalogue.bundled()) + "\n")
