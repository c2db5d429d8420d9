"""The result as a JUnit file: a suite for each phase, a case for each check."""

from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from whodunit.scenario.result import CheckResult, PhaseResult, ScenarioResult


def junit(result: ScenarioResult) -> ElementTree[Element]:
    """The document for one run."""
    suites = Element("testsuites", name=f"whodunit {result.scenario}", time=f"{result.seconds:.1f}")
    for phase in result.phases:
        _suite(suites, result, phase)
    if result.stopped:
        suite = SubElement(suites, "testsuite", name=f"{result.scenario} stopped", tests="1", failures="1")
        case = SubElement(suite, "testcase", classname=result.scenario, name="runs to its end")
        SubElement(case, "failure", message=result.stopped)
    document = ElementTree(suites)
    indent(document)
    return document


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
        SubElement(case, "failure", message=check.says).text = f"{check.title}\n{check.query}"
    SubElement(case, "system-out").text = f"{check.title}\n{check.says}"
