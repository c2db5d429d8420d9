"""`class down` and `class cost` over programs that stand for students' shops."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from whodunit.classroom.folder import Folder
from whodunit.classroom.leading import Leading
from whodunit.classroom.schemas import Opening
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.hosting.closing import down
from whodunit.hosting.cost import costs, of_one_more
from whodunit.hosting.roster import Hosted, Place, new
from whodunit.launcher.labfile import LabFile
from whodunit.launcher.processes import Identity

pytestmark = pytest.mark.process

Starts = Callable[..., "subprocess.Popen[str]"]

PLACES = tuple(Place(name=f"student-{number:02}", port=18_000 + number, token="…") for number in (1, 2))
ANYTHING = ("-m", "http.server", "--bind", "127.0.0.1", "0")
A_PERSONS = ("-c", "input()")
SPINNING = ("-m", "timeit", "-n", "1000000000000", "pass")
WORKED_S, WITHIN_S = 0.5, 60.0
HOLDS = """
import sys
from pathlib import Path
from whodunit.home import Home
from whodunit.launcher.lock import LabLock
LabLock(Home(Path(sys.argv[1])))
print(flush=True)
input()
"""

ANSWERS = """
import signal, sys
from pathlib import Path
def answer(*_):
    Path(sys.argv[1]).parent.mkdir(exist_ok=True)
    Path(sys.argv[1]).write_text("{}")
    sys.exit()
signal.signal(signal.SIGTERM, answer)
print(flush=True)
input()
"""


@pytest.fixture
def hosted(tmp_path: Path) -> Hosted:
    """Two students' shops, none of which has written yet as which processes it runs."""
    hosted = Hosted(Home(tmp_path / "leader"))
    for place in PLACES:
        hosted.home(place).create()
    hosted.keep(new(None, opened=False).model_copy(update={"places": PLACES}))
    return hosted


@pytest.fixture
def starts() -> Iterator[Starts]:
    """Starts Python for a state folder."""
    with ExitStack() as ends:

        def start(home: Path, *arguments: str) -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | {"WHODUNIT_HOME": str(home)},
            )
            ends.callback(process.communicate)
            ends.callback(process.kill)
            return process

        yield start


def test_nothing_of_a_student_is_left_even_if_no_file_tells_of_it(hosted: Hosted, starts: Starts) -> None:
    students = [starts(hosted.home(place).path, *ANYTHING) for place in PLACES]
    others = starts(hosted.leader.path, *ANYTHING), starts(hosted.home(PLACES[0]).path, *A_PERSONS)
    Leading(Folder(hosted.leader), lambda: 1.0).open(Opening())
    assert down(hosted) == 2
    assert all(each.wait(0) is not None for each in students)
    assert [each.poll() for each in others] == [None, None]
    assert not hosted.folder.exists()
    assert not Folder(hosted.leader).is_used
    assert down(hosted) == 0


def test_a_file_that_is_damaged_keeps_nothing_alive(hosted: Hosted, starts: Starts) -> None:
    student = starts(hosted.home(PLACES[0]).path, *ANYTHING)
    hosted.home(PLACES[0]).lab_file.write_text("{")
    assert down(hosted) == 2
    assert student.wait(0) is not None


@pytest.mark.parametrize(
    ("roll", "hint"),
    [(None, "whodunit class results --csv >results.csv · whodunit class close"), ("{", "Move this folder elsewhere")],
    ids=["a roll", "a damaged roll"],
)
def test_hand_ins_are_not_thrown_away(hosted: Hosted, starts: Starts, roll: str | None, hint: str) -> None:
    student = starts(hosted.home(PLACES[0]).path, *ANYTHING)
    folder = Folder(hosted.leader)
    Leading(folder, lambda: 1.0).open(Opening())
    folder.put_hand_in("0123abcd", "{}")
    if roll:
        folder.roll.write_text(roll)
    with pytest.raises(WrongUseError, match="The class has 1 hand-in, which would be deleted") as error:
        down(hosted)
    assert hint in error.value.hint
    assert student.poll() is None
    assert folder.hand_in("0123abcd") == "{}"


def test_a_class_that_runs_is_not_ended(hosted: Hosted, starts: Starts) -> None:
    student = starts(hosted.home(PLACES[0]).path, *ANYTHING)
    leading = Leading(Folder(hosted.leader), lambda: 1.0)
    leading.open(Opening())
    leading.start()
    with pytest.raises(WrongUseError, match="The class is running: answers may be on their way") as error:
        down(hosted)
    assert error.value.hint.startswith("whodunit class end · ")
    assert student.poll() is None


def test_an_answer_that_comes_at_the_last_moment_is_kept(hosted: Hosted, starts: Starts) -> None:
    folder = Folder(hosted.leader)
    Leading(folder, lambda: 1.0).open(Opening())
    file = hosted.leader.class_dir / "hand-ins" / "0123abcd.json"
    lab = starts(hosted.home(PLACES[0]).path, "-c", ANSWERS, str(file), "-m")  # by which it counts as a program
    assert lab.stdout
    lab.stdout.readline()
    with pytest.raises(WrongUseError, match="The class has 1 hand-in"):
        down(hosted)
    assert file.exists()


def test_two_commands_do_not_work_at_once(hosted: Hosted, starts: Starts) -> None:
    other = starts(hosted.leader.path, "-c", HOLDS, str(hosted.folder))
    assert other.stdout
    other.stdout.readline()
    with pytest.raises(LabError, match="Another command opens or ends students' shops"):
        down(hosted)
    assert hosted.folder.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells what memory is shared")
def test_a_shop_costs_what_its_programs_take(hosted: Hosted, starts: Starts) -> None:
    idle, busy = (
        starts(hosted.home(place).path, *what) for place, what in zip(PLACES, (ANYTHING, SPINNING), strict=True)
    )
    for place, lab in zip(PLACES, (idle, busy), strict=True):
        LabFile(Identity.of(lab.pid), "http://127.0.0.1:1").write(hosted.home(place))

    def until_it_has_worked(_seconds: float) -> None:
        began, process = monotonic(), psutil.Process(busy.pid)
        while process.cpu_times().user < WORKED_S:
            assert monotonic() < began + WITHIN_S
            sleep(0.01)

    first, second = costs(hosted, 1.0, until_it_has_worked)
    assert [(each.name, each.programs) for each in (first, second)] == [("student-01", 1), ("student-02", 1)]
    assert first.cores < second.cores <= 1.1
    assert 1e6 < first.pss_bytes < 1e9
    assert idle.poll() is None
    assert of_one_more([first, second]).pss_bytes == pytest.approx((first.pss_bytes + second.pss_bytes) / 2, abs=1)


def test_without_a_shop_there_is_no_cost(hosted: Hosted) -> None:
    with pytest.raises(LabError, match="No student's shop runs here"):
        costs(hosted, 0.0)
