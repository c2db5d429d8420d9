"""Each alert has its page, and each page its alert; the pages tell how to look, not what it is."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from whodunit.alerts.loading import bundled
from whodunit.entry.cli import build
from whodunit.faults.catalogue import read as read_flags
from whodunit.pager.pages import Fired, woken

REPOSITORY = Path(__file__).parents[3]
PAGES = sorted((REPOSITORY / "docs" / "runbooks").glob("*.md"))
COMMANDS = sorted({command for page in PAGES for command in re.findall(r"`whodunit ([^`]+)`", page.read_text("utf-8"))})

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    assert {page.stem for page in PAGES} == set(bundled().alert_names)
    rules = (*(slo.alert for slo in bundled().slos), *bundled().alerts)
    assert all((REPOSITORY / rule.runbook).is_file() for rule in rules)


@every_page
def test_a_page_has_the_parts_that_people_look_for(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem}\n")
    assert all(part in text for part in ("**Meaning.**", "**Who is told.**", "## How to look", "**Over when**"))


@every_page
def test_a_page_tells_whom_the_pager_wakes(page: Path) -> None:
    alerts = [
        *((slo.alert, slo.service) for slo in bundled().slos),
        *((each, each.service) for each in bundled().alerts),
    ]
    ((alert, service),) = (each for each in alerts if each[0].name == page.stem)
    team = woken(Fired(name=alert.name, service=service, severity=alert.severity))
    told = f"{team.capitalize()}'s on-call is woken." if team else "Nobody is woken."
    assert f"**Who is told.** {told}" in " ".join(page.read_text(encoding="utf-8").split())


@every_page
def test_a_page_names_no_fault_and_no_remedy(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    assert not [flag for flag in read_flags().flags if flag in text]
    assert not re.findall(r"exhaust|inject|held across|too small|circuit breaker|missing index", text)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_a_page_exists_with_its_options(command: str) -> None:
    words = command.replace("ID", "0123456789").split()
    name, options = words[0], [word for word in words[1:] if word.startswith("--")]
    told = CliRunner().invoke(build([name]), [name, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert told.exit_code == 0, told.output
    assert all(re.search(rf"{option}\b", told.output) for option in options), told.output
