"""`class down`: no process, no port and no file of a student's shop is left, nor the class."""

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor

from whodunit.classroom.folder import Folder
from whodunit.classroom.roll import Roll
from whodunit.counted import counted
from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home
from whodunit.hosting import processes
from whodunit.hosting.opening import alone
from whodunit.hosting.roster import Hosted
from whodunit.lab.client import LabClient
from whodunit.launcher.processes import end
from whodunit.launcher.stop import stop

AT_ONCE = 8
SAVE = "whodunit class results --csv >results.csv · whodunit class close"


def down(hosted: Hosted) -> int:
    """End all students' shops and the class, and delete them; returns how many shops there were.

    Raises WrongUseError while the class runs or there are hand-ins, LabError while another command is at work. A
    killed `up` may have left a lab that no file tells of yet: what the system knows of processes is asked last.
    """
    if not hosted.folder.exists():
        return 0
    with alone(hosted):
        _check_over(hosted.leader)
        _check_saved(hosted.leader)
        roster, homes = hosted.roster(), hosted.homes()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(_stop, homes))
        end(process.pid for process in processes.below(hosted.folder))
        _check_saved(hosted.leader)  # an answer may have come until here
        _close_class(hosted.leader)
        if roster and roster.opened:
            stop(hosted.leader)
        shutil.rmtree(hosted.folder, ignore_errors=True)
    return len(homes)


def _check_over(leader: Home) -> None:
    """Raise WrongUseError while students may have answers that their labs have not sent yet."""
    roll = Folder(leader).kept(Folder(leader).roll, Roll)
    if roll and roll.phase == "running":
        hint = f"whodunit class end · {SAVE} · whodunit class down"
        raise WrongUseError("The class is running: answers may be on their way.", hint)


def _check_saved(leader: Home) -> None:
    """Raise WrongUseError while there are hand-ins. The files count: the roll may be damaged or another release's."""
    folder = Folder(leader)
    files = list(folder.hand_ins())
    if files:
        there = f"The class has {counted(len(files), 'hand-in')}, which would be deleted."
        moved = f"No class is known to which they belong. Move this folder elsewhere: {files[0].parent}"
        raise WrongUseError(there, SAVE if folder.kept(folder.roll, Roll) else moved)


def _stop(home: Home) -> None:
    with contextlib.suppress(LabError):  # a file that is damaged tells of no process; the system does
        stop(home)


def _close_class(leader: Home) -> None:
    """By the leader's lab if it runs, which listens for the class."""
    folder = Folder(leader)
    with contextlib.suppress(LabError), LabClient.connect(leader) as lab:
        if lab.classroom()["leads"]:
            lab.classroom("DELETE", "")
    folder.forget()
