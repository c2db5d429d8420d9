"""A recorded run as Markdown, for people."""

from collections.abc import Iterator, Mapping

from whodunit.durations import format_duration
from whodunit.incident.query_text import language
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.legible import one_line


def report(result: ScenarioResult, texts: Mapping[str, str]) -> str:
    """The whole page; `texts` are drawings of telemetry, by file name."""
    return "\n".join([*_lines(result), *_drawings(texts)]) + "\n"


def table(checks: tuple[CheckResult, ...]) -> list[str]:
    """Checks as a Markdown table."""
    rows = [
        f"| {'✓' if check.passed else '✗'} | {check.title} | {_cell(check.message)} | {check.seconds:.0f} s |"
        for check in checks
    ]
    return ["| | check | observed | after |", "| --- | --- | --- | --- |", *rows]


def _lines(result: ScenarioResult) -> Iterator[str]:
    verdict = "every check held" if result.passed else "**did not hold**"
    yield f"# {result.title}"
    yield ""
    yield f"Scenario `{result.scenario}`, {result.started:%Y-%m-%d %H:%M:%S} UTC, "
    yield f"{format_duration(result.seconds)}: {verdict}."
    if result.faults:
        yield f"Put in force by the lab: `{', '.join(result.faults)}` (the telemetry does not say so)."
    if result.skipped:
        yield f"Skipped, only the other target can answer: `{', '.join(result.skipped)}`."
    if result.stopped:
        yield f"\nStopped early: {result.stopped}."
    for phase in result.phases:
        yield from _phase(phase)


def _phase(phase: PhaseResult) -> Iterator[str]:
    yield f"\n## {phase.phase}\n"
    yield f"From {phase.started:%H:%M:%S} UTC, {format_duration(phase.seconds)}.\n"
    yield from table(phase.checks)
    proven = [check for check in phase.checks if check.query]
    if proven:
        yield "\n<details><summary>Proof and queries</summary>\n"
        for check in proven:
            yield from _proof(check)
        yield "</details>"


def _drawings(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        yield f"\n## {name.removesuffix('.txt')}\n\n```text\n{text}```"


def _proof(check: CheckResult) -> Iterator[str]:
    yield f"**{check.id}**\n"
    for proof in check.proof:
        yield "- " + ", ".join(f"{key} `{value}`" for key, value in proof.items() if value not in (None, []))
    if check.link:
        yield f"- [open it]({check.link})"
    yield f"\n```{language(check.query)}\n{check.query}\n```\n"


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
