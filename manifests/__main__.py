"""`make kubernetes`: write kubernetes/base, and a kustomization into each program's folder of configuration."""

import sys

from manifests.description import ROOT, NotDescribedError
from manifests.render import BASE, files


def main() -> None:
    """Write the files, and take away those of programs that are no more."""
    wanted = {ROOT / name: text for name, text in files().items()}
    for path in set((ROOT / BASE).glob("*")) - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except NotDescribedError as error:
        sys.exit(str(error))
