"""Writes flags/flags.flagd.json from flags/catalogue.yaml: `python -m whodunit.faults.generate`."""

from importlib.resources import as_file, files

from whodunit.faults import flagfile
from whodunit.faults.catalogue import Catalogue, Entry, read


def document(catalogue: Catalogue) -> flagfile.Document:
    """The flag file with every flag of the catalogue, all off."""
    return {
        "$schema": "https://flagd.dev/schema/v0/flags.json",
        "flags": {key: _flag(entry) for key, entry in sorted(catalogue.flags.items())},
    }


def _flag(entry: Entry) -> flagfile.Document:
    return {
        "state": "ENABLED",
        "variants": {variant: variant for variant in entry.variants},
        "defaultVariant": flagfile.OFF,
        "targeting": {},
        "metadata": _metadata(entry),
    }


def _metadata(entry: Entry) -> dict[str, str]:
    # flagd's metadata holds strings, numbers and booleans, no lists.
    answers = {"answers": " ".join(entry.answers)} if entry.answers else {}
    return {"kind": entry.kind, "service": entry.service, "description": entry.description} | answers


def main() -> None:
    """Generate the file in place."""
    with as_file(files("flags").joinpath("flags.flagd.json")) as path:
        flagfile.write(path, document(read()))


if __name__ == "__main__":
    main()
