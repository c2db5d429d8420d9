"""`whodunit exercise check collector` with a real Collector: as it begins, solved, and solved wrongly."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.stack.tools.location import bin_folder
from whodunit.errors import LabError
from whodunit.exercise.catalogue import exercise
from whodunit.exercise.checking import Verdict, check

pytestmark = pytest.mark.stack("otelcol")

COLLECTOR = exercise("collector")
FILE = "collector.yaml"


@pytest.fixture(autouse=True)
def collector_as_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one of the stack tests, whatever is in PATH."""
    monkeypatch.setenv("PATH", str(bin_folder()))


def checked(folder: Path, begun: Path, changes: Mapping[str, str]) -> list[Verdict]:
    """The verdicts on a file of the exercise in which some texts are others."""
    folder.mkdir()
    file = folder / FILE
    shutil.copy(begun / FILE, file)
    for old, new in changes.items():
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return check(COLLECTOR, folder, COLLECTOR.file.steps, lambda _: None)[0]


def told(verdicts: list[Verdict]) -> dict[str, str]:
    """The first thing that is missing in each step."""
    return {each.step.name: each.findings[0].missing for each in verdicts if each.findings}


def test_the_beginning_fails_each_step_with_its_message(tmp_path: Path) -> None:
    assert told(checked(tmp_path / "app", COLLECTOR.app, {})) == {
        "mask": "A span 'POST /checkout' comes to the backend with customer.email=customer0@example.org.",
        "drop": "cache.entry.age comes to the backend with 50 series.",
        "sample": "289 of 289 traces come in which all is well; one in ten would be some 28.",
        "second": "Nothing comes to the second backend.",
    }


def test_the_solution_passes_and_says_what_sampling_saves_and_loses(tmp_path: Path) -> None:
    verdicts = checked(tmp_path / "app", COLLECTOR.solution, {})
    assert told(verdicts) == {}
    (measured,) = [each.measured for each in verdicts if each.measured]
    assert measured.startswith("1200 spans in ")
    assert measured.endswith("of all requests fail; 2% did")


WRONG = {
    "decided by one span, and by chance": (
        {
            'blocked_values: ["[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}"]': "blocked_values: []",
            'name == "cache.entry.age"': 'name != "cache.entry.age"',
            "      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}\n": "",
            "filter/noisy]\n      exporters: [otlp_http/backend, otlp_http/second]": (
                "filter/noisy]\n      exporters: [otlp_http/backend]"
            ),
        },
        {
            "mask": "A log record comes to the backend with the text 'A receipt is sent to customer0@example.org.'.",
            "drop": "cache.entry.age comes to the backend with 50 series.",
            "sample": "of 6 traces in which a span failed do not come.",
            "second": "1 metrics come to the backend, 0 to the second.",
        },
    ),
    "in one pipeline, and for all": (
        {
            "[memory_limiter, redaction/email]": "[memory_limiter]",
            "sampling_percentage: 10": "sampling_percentage: 100",
        },
        {
            "mask": "A log record comes to the backend with customer.email=customer0@example.org.",
            "sample": "289 of 289 traces come in which all is well",
        },
    ),
    "too much, and in part": (
        {
            "allow_all_keys: true": "allow_all_keys: false",
            "error_mode: ignore\n": "error_mode: ignore\n    traces: {span: ['name == \"GET /cart\"']}\n",
            "redaction/email, tail_sampling]": "redaction/email, filter/noisy, tail_sampling]",
        },
        {"mask": "Log records come without customer.plan as it was.", "sample": "traces come in part: of "},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_solution_gets_the_messages_that_are_meant_for_it(name: str, tmp_path: Path) -> None:
    changes, messages = WRONG[name]
    found = told(checked(tmp_path / "app", COLLECTOR.solution, changes))
    assert found.keys() == messages.keys()
    assert [message for step, message in messages.items() if message not in found[step]] == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tail_sampling:\n", "tail_sampling_of_nothing:\n", "tail_sampling_of_nothing"),
        ("service:\n", "service: [\n", "yaml"),
    ],
    ids=["processor", "yaml"],
)
def test_a_file_that_the_collector_does_not_take_is_told_in_its_words(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(LabError) as error:
        checked(tmp_path / "app", COLLECTOR.solution, {old: new})
    assert "The Collector does not take collector.yaml: " in error.value.message
    assert message in error.value.message
