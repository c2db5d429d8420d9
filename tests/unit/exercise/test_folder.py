"""A learner's folder: begun, found, begun anew; nothing of theirs is lost."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from whodunit.entry.cli import build
from whodunit.errors import LabError, WrongUseError
from whodunit.exercise import folder
from whodunit.exercise.catalogue import Exercise, exercise, exercises

PROPAGATE = exercise("propagate")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def typed(*words: str) -> str:
    result = CliRunner().invoke(build(["exercise"]), ["exercise", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("each", exercises(), ids=lambda each: each.name)
def test_every_exercise_has_a_text_that_names_each_step(each: Exercise) -> None:
    text = each.text.read_text(encoding="utf-8")
    assert [step.name for step in each.file.steps if f"**`{step.name}`**" not in text] == []
    assert any(each.app.iterdir())


@pytest.mark.parametrize("each", exercises(), ids=lambda each: each.name)
def test_a_solution_is_files_that_differ(each: Exercise) -> None:
    same = [
        file.name
        for file in each.solution.iterdir()
        if (each.app / file.name).is_file() and (each.app / file.name).read_bytes() == file.read_bytes()
    ]
    assert same == []


def test_it_is_copied_without_its_solution_and_says_what_to_do() -> None:
    told = typed("start", "propagate")
    assert "README.md" in told
    assert "whodunit exercise check propagate" in told
    begun = Path("propagate")
    assert (begun / "stock.py").read_bytes() == (PROPAGATE.app / "stock.py").read_bytes()
    assert (begun / "README.md").is_file()
    assert not (begun / "solution").exists()


def test_the_solution_stands_in_the_same_folder() -> None:
    typed("start", "propagate", "solved", "--solution")
    assert Path("solved/stock.py").read_bytes() == (PROPAGATE.solution / "stock.py").read_bytes()
    assert Path("solved/app.py").read_bytes() == (PROPAGATE.app / "app.py").read_bytes()


def test_nothing_is_overwritten() -> None:
    Path("mine").mkdir()
    Path("mine/app.py").write_text("precious")
    with pytest.raises(WrongUseError, match="nothing of it is overwritten"):
        folder.begin(PROPAGATE, Path("mine"), solved=False)
    assert [each.name for each in Path("mine").iterdir()] == ["app.py"]


def test_it_is_found_from_within_from_beside_and_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    folder.begin(PROPAGATE, Path("propagate"), solved=False)
    folder.begin(PROPAGATE, Path("again"), solved=False)
    beside = Path("propagate").absolute()
    assert folder.find(PROPAGATE, None) == beside
    assert folder.find(PROPAGATE, Path("again")) == Path("again").absolute()
    monkeypatch.chdir(beside)
    assert folder.find(PROPAGATE, None) == beside


def test_the_folder_of_another_exercise_is_left_alone() -> None:
    folder.begin(exercise("flask-products"), Path("propagate"), solved=False)
    with pytest.raises(WrongUseError, match="not a folder in which propagate was begun"):
        folder.find(PROPAGATE, None)


def test_begun_anew_the_learners_files_are_kept() -> None:
    typed("start", "propagate")
    mine = Path("propagate/stock.py")
    for number in (1, 2):
        mine.write_text(f"mine {number}")
        assert f"before-reset-{number}" in typed("reset", "propagate")
        assert mine.read_bytes() == (PROPAGATE.app / "stock.py").read_bytes()
    kept = [Path(f"propagate/before-reset-{number}/stock.py").read_text() for number in (1, 2)]
    assert kept == ["mine 1", "mine 2"]


def test_begun_anew_after_a_kept_folder_was_deleted_it_takes_the_first_number_that_is_free() -> None:
    begun = Path("propagate")
    folder.begin(PROPAGATE, begun, solved=False)
    (begun / "before-reset-2").mkdir()
    assert [folder.begin_anew(PROPAGATE, begun).name for _ in range(2)] == ["before-reset-1", "before-reset-3"]


def test_begun_anew_what_is_hidden_stays_where_it_is() -> None:
    begun = Path("propagate")
    folder.begin(PROPAGATE, begun, solved=False)
    hidden = {".git", ".env", folder.MARK}
    (begun / ".git").mkdir()
    (begun / ".env").write_text("MINE=1")
    kept = folder.begin_anew(PROPAGATE, begun)
    assert hidden <= {each.name for each in begun.iterdir()}
    assert not hidden & {each.name for each in kept.iterdir()}


def test_a_place_that_cannot_be_written_is_named() -> None:
    Path("file").write_text("")
    with pytest.raises(LabError, match="Cannot write file"):
        folder.begin(PROPAGATE, Path("file/below"), solved=False)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("route: /products\nexecutions: 24\n", {"route": "/products", "executions": "24"}),
        ("route:      # not yet\n", {}),
        ("# nothing\n", {}),
    ],
)
def test_an_answer_is_read_as_text(said: str, answer: dict[str, str]) -> None:
    Path(folder.ANSWER).write_text(said)
    assert folder.answer(Path()) == answer


@pytest.mark.parametrize("said", ["- route\n", "route: [\n"])
def test_an_answer_that_is_none_names_its_line(said: str) -> None:
    Path(folder.ANSWER).write_text(said)
    with pytest.raises(WrongUseError, match=r"answer.yaml:\d"):
        folder.answer(Path())


def test_unknown_names_are_answered_with_the_known() -> None:
    with pytest.raises(WrongUseError) as unknown:
        exercise("propagat")
    assert unknown.value.hint == f"Did you mean 'propagate'? There are: {', '.join(each.name for each in exercises())}"
    with pytest.raises(WrongUseError) as step:
        PROPAGATE.chosen("link")
    assert "'links'" in step.value.hint


def test_the_list_names_every_exercise_and_step() -> None:
    told = typed("list")
    assert all(each.name in told for each in exercises())
    assert all(f'"{step.name}"' in typed("list", "--json") for each in exercises() for step in each.file.steps)
