"""The licences of a bill of materials, as a page for people."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = Mapping[str, Any]

UNSAID = "not said in its metadata"
FORBIDDEN = "AGPL"
CLASSIFIER = "License :: OSI Approved :: "
HEAD = "| package | version | licence |\n| --- | --- | --- |\n"


class ForbiddenLicenceError(Exception):
    """A package stands under a licence that the project does not take."""


def page(materials: Json) -> str:
    """A table of all packages of a CycloneDX document; raises ForbiddenLicenceError."""
    components = sorted(materials["components"], key=lambda each: str(each["name"]).lower())
    rows = [(each["name"], each["version"], _licence(each)) for each in components]
    if forbidden := [name for name, _, licence in rows if FORBIDDEN in licence]:
        raise ForbiddenLicenceError(f"Under the {FORBIDDEN}: {', '.join(forbidden)}. Take another package.")
    return HEAD + "".join(f"| {name} | {version} | {licence} |\n" for name, version, licence in rows)


def _licence(component: Json) -> str:
    said = list(dict.fromkeys(_names(component.get("licenses", ()))))
    identifiers = [name for name in said if not name.startswith(CLASSIFIER)]
    return ", ".join(identifiers or [name.removeprefix(CLASSIFIER) for name in said]) or UNSAID


def _names(licences: Iterable[Json]) -> Iterable[str]:
    for each in licences:
        of_one = each.get("license", {})
        yield str(each.get("expression") or of_one.get("id") or of_one["name"])
