"""The result as a JUnit file: a suite for each phase, a case for each check."""

from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from whodunit.errors import LabError
from whodunit.incident.result import CheckResult, PhaseResult, ScenarioResult
from whodunit.legible import legible


def junit(result: ScenarioResult) -> "ElementTree[Element]":
    """The document for one run."""
    suites = Element("testsuites", name=f"whodunit {result.scenario}", time=f"{result.seconds:.1f}")
    for phase in result.phases:
        _suite(suites, result, phase)
    if result.stopped:
        suite = SubElement(suites, "testsuite", name=f"{result.scenario} stopped", tests="1", failures="1")
        case = SubElement(suite, "testcase", classname=result.scenario, name="runs to its end")
        SubElement(case, "failure", message=legible(result.stopped))
    document: ElementTree[Element] = ElementTree(suites)
    indent(document)
    return document


def write_junit(result: ScenarioResult, path: Path) -> None:
    """Write the document to `path`; raises LabError when that cannot be done."""
    try:
        junit(result).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise LabError(f"Cannot write {path}: {error.strerror or error}.", "Name another file.") from error


def _suite(parent: Element, result: ScenarioResult, phase: PhaseResult) -> None:
    failures = sum(not check.passed for check in phase.checks)
    suite = SubElement(
        parent,
        "testsuite",
        name=f"{result.scenario} {phase.phase}",
        tests=str(len(phase.checks)),
        failures=str(failures),
        timestamp=phase.started.isoformat(timespec="seconds"),
        time=f"{phase.seconds:.1f}",
    )
    for check in phase.checks:
        _case(suite, f"{result.scenario}.{phase.phase}", check)


def _case(suite: Element, classname: str, check: CheckResult) -> None:
    case = SubElement(suite, "testcase", classname=classname, name=check.id, time=f"{check.seconds:.1f}")
    if not check.passed:
        SubElement(case, "failure", message=legible(check.message)).text = f"{check.title}\n{check.query}"
    SubElement(case, "system-out").text = legible(f"{check.title}\n{check.message}")
