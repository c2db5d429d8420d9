"""`make stack-tools`: provides the real programs. About 16 minutes once on 2 cores, a second after.

`make kubernetes-tools` (`python -m tests.stack.tools kubernetes`) provides those that read its manifests instead, and
`make kubernetes-node` (`… kubernetes-node`) those that run its pods besides.
"""

import sys
from collections.abc import Sequence
from time import monotonic

from rich.console import Console

from tests.stack.tools.go import BuildError
from tests.stack.tools.location import bin_folder, postgres_folder
from tests.stack.tools.npm import PACKAGES
from tests.stack.tools.programs import KUBERNETES, KUBERNETES_NODE, PROGRAMS, Program
from tests.stack.tools.provide import is_current, provide

COULD_NOT_RUN = 3
OF_KUBERNETES = {"kubernetes": KUBERNETES, "kubernetes-node": KUBERNETES_NODE}
NO_POSTGRES = "PostgreSQL's server is missing (any supported version). On Debian and Ubuntu: apt install postgresql"


def main(arguments: Sequence[str]) -> int:
    """Provide one program after the other; 3 when one cannot be had."""
    console = Console(highlight=False)
    of_kubernetes = OF_KUBERNETES.get(" ".join(arguments), ())
    if not of_kubernetes:
        for package in PACKAGES:
            console.print(f"{package.title}: {'ready' if package.is_current else package.provide()}")
    try:
        _all(console, of_kubernetes or PROGRAMS)
    except BuildError as error:
        console.print(str(error), style="red", markup=False)
        return COULD_NOT_RUN
    return 0 if of_kubernetes else _postgres(console)


def _all(console: Console, programs: Sequence[Program]) -> None:
    for number, program in enumerate(programs, 1):
        _one(console, f"{number}/{len(programs)} {program.name} {program.version}", program)


def _one(console: Console, title: str, program: Program) -> None:
    if is_current(program):
        console.print(f"{title}: ready")
        return
    began = monotonic()
    if not console.is_terminal:
        console.print(f"{title}: getting it…")
    with console.status(title) as spinner:
        how = provide(program, lambda line: spinner.update(f"{title}  [dim]{line[:70]}[/dim]"))
    console.print(f"{title}: {how} in {monotonic() - began:.0f} s")


def _postgres(console: Console) -> int:
    folder = postgres_folder()
    if folder is None:
        console.print(NO_POSTGRES, style="red")
        return COULD_NOT_RUN
    console.print(f"PostgreSQL: {folder}\nEverything else: {bin_folder()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
