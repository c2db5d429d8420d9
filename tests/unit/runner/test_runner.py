"""The phases of a run against an imaginary shop."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.runner.fakes import START, FakeClock, FakeLab, FakeTelemetry, Recorder
from whodunit.errors import LabError
from whodunit.incident.loader import Case, load
from whodunit.incident.negative_controls import NegativeControl
from whodunit.incident.result import ScenarioResult
from whodunit.runner.ports import LoadSpec, Observer, PhaseStart
from whodunit.runner.runner import Runner
from whodunit.runner.switches import RAMP_S
from whodunit.telemetry.questions import Window

FAULT, REMEDY = "payment-pool-exhaustion", "payment-larger-pool"


class Shop:
    """Payments become slow ten seconds after the fault, and quick five seconds after it ends or is remedied."""

    def __init__(self, clock: FakeClock, lab: FakeLab) -> None:
        self.clock, self.lab = clock, lab
        self.remedy_works = True
        self.recovers = True
        self.telemetry = FakeTelemetry(
            numbers={"pay": self.payment_s, "gateway": lambda _: 0.3},
            spans_by_name={"pay": lambda _: 4 if self.sick else 0},
            logs_by_body={"Too slow.": lambda _: 2 if self.sick else 0},
        )
        self._sickened = False

    @property
    def sick(self) -> bool:
        since, remedied = self.lab.since(FAULT), self.lab.since(REMEDY)
        if self.remedy_works and remedied is not None and remedied > 5:
            return False
        if since is None:
            return self._sickened and not self.recovers
        self._sickened = self._sickened or since > 10
        return since > 10

    def payment_s(self, _: Window) -> float:
        return 18.0 if self.sick else 0.5


@pytest.fixture
def shop(clock: FakeClock, lab: FakeLab) -> Shop:
    return Shop(clock, lab)


def run(shop: Shop, case: Case, *, remedies: bool = False, observer: Observer | None = None) -> ScenarioResult:
    runner = Runner(shop.telemetry, shop.lab, shop.clock, observer or Recorder())
    return runner.run(case, remedies=case.scenario.remedies if remedies else [])


def failed(result: ScenarioResult) -> list[str]:
    return [f"{phase.phase}/{check.id}" for phase in result.phases for check in phase.checks if not check.passed]


def test_every_phase_passes_when_the_shop_behaves_as_documented(shop: Shop, folder: Path) -> None:
    result = run(shop, load(folder))
    assert result.passed, failed(result)
    assert [phase.phase for phase in result.phases] == [
        "steady", "precheck", "fault", "expect", "quiet", "clear", "recover",
    ]  # fmt: skip


def test_results_say_what_was_seen_when_and_what_proves_it(shop: Shop, folder: Path) -> None:
    result = run(shop, load(folder))
    expect = result.phase("expect")
    assert expect is not None
    slow, waits, says_so = expect.checks
    assert (slow.observed, slow.signal) == (18.0, "metric")
    assert 10 < slow.seconds < 13
    assert slow.message == "p95 of pay: 18.0s, expected > 10.0s"
    assert slow.proof[0]["trace_ids"] == ["a" * 32]
    assert waits.proof[0] == {"trace_id": "b" * 32, "span_id": "c" * 16, "time": START.isoformat()}
    assert says_so.proof[0]["time"] == START.isoformat()


def test_what_has_come_to_be_so_is_in_force_before_the_load(shop: Shop, folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(f"{text}before: [{{flag: gateway-slow, variant: slow}}]\n")
    run(shop, load(folder))
    assert shop.lab.history[:4] == ["clear all", "gateway-slow=slow", "load on", f"{FAULT}=on"]


def test_a_fault_can_come_and_go_but_is_there_when_a_remedy_is_shown(shop: Shop, folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text()
    scheduled = text.replace("lasts: 2m}", "lasts: 2m, schedule: {every: 60s, lasts: 40s}}")
    (folder / "scenario.yaml").write_text(scheduled)
    run(shop, load(folder), remedies=True)
    assert [each for each in shop.lab.history if FAULT in each] == [f"{FAULT}=on at times", f"{FAULT}=on"]


def test_a_symptom_that_does_not_come_fails_the_run_but_not_the_recovery(shop: Shop, folder: Path) -> None:
    shop.telemetry.logs_by_body = {}
    result = run(shop, load(folder))
    assert failed(result) == ["expect/says-so"]
    assert result.phase("recover") is not None
    assert not result.passed


def test_an_absence_is_judged_over_a_whole_window(shop: Shop, folder: Path) -> None:
    text = (folder / "scenario.yaml").read_text()
    absence = "{id: none-paid, title: Nothing is paid, counter: paid, window: 15s, at_most: 0}"
    (folder / "scenario.yaml").write_text(text.replace("  spans:\n", f"    - {absence}\n  spans:\n", 1))
    shop.telemetry.numbers["paid"] = lambda _: 3.0 if shop.lab.since(FAULT) is None else 0.0
    result = run(shop, load(folder))
    seconds = {check.id: check.seconds for phase in result.phases for check in phase.checks if phase.phase == "expect"}
    assert seconds["none-paid"] >= 15


def test_a_symptom_after_its_own_deadline_has_failed(shop: Shop, folder: Path) -> None:
    late = START + timedelta(seconds=60)
    shop.telemetry.logs_by_body = {"Too slow.": lambda window: 1 if window.end > late else 0}
    assert failed(run(shop, load(folder))) == ["expect/says-so"]


def test_a_check_that_is_true_before_the_fault_is_the_scenarios_mistake(shop: Shop, folder: Path) -> None:
    shop.telemetry.logs_by_body = {"Too slow.": lambda _: 1}
    result = run(shop, load(folder))
    assert failed(result) == ["precheck/says-so"]
    [told] = [check.message for phase in result.phases for check in phase.checks if check.id == "says-so"]
    assert told == "1 record, must not be ≥ 1"
    assert "these checks hold before the fault starts" in result.stopped
    assert f"{FAULT}=on" not in shop.lab.history


def test_nothing_is_broken_in_a_shop_that_is_not_steady(shop: Shop, folder: Path) -> None:
    shop.telemetry.numbers["pay"] = lambda _: 2.0
    result = run(shop, load(folder))
    assert failed(result) == ["steady/quick-before"]
    assert [phase.phase for phase in result.phases] == ["steady"]
    assert f"{FAULT}=on" not in shop.lab.history


def test_steady_needs_something_to_judge(shop: Shop, folder: Path) -> None:
    shop.telemetry.numbers["pay"] = lambda _: None
    assert failed(run(shop, load(folder))) == ["steady/quick-before"]


def test_steady_must_last(shop: Shop, folder: Path) -> None:
    shop.telemetry.numbers["pay"] = lambda window: 0.5 if window.end.second % 2 else 2.0
    assert not run(shop, load(folder)).passed


def test_what_must_stay_quiet_may_not_break_even_once(shop: Shop, folder: Path) -> None:
    def briefly_slow(_: Window) -> float:
        since = shop.lab.since(FAULT)
        return 5.0 if since is not None and 3 <= since < 5 else 0.3

    shop.telemetry.numbers["gateway"] = briefly_slow
    assert failed(run(shop, load(folder))) == ["quiet/gateway-fast"]


def test_what_must_stay_quiet_must_be_seen(shop: Shop, folder: Path) -> None:
    shop.telemetry.numbers["gateway"] = lambda _: None
    assert failed(run(shop, load(folder))) == ["quiet/gateway-fast"]


def test_a_fault_that_affected_nothing_fails(shop: Shop, folder: Path) -> None:
    shop.lab.affects = 0
    assert failed(run(shop, load(folder))) == [f"clear/affected-{FAULT}"]


def test_a_shop_that_does_not_recover_fails(shop: Shop, folder: Path) -> None:
    shop.recovers = False
    assert failed(run(shop, load(folder))) == ["recover/quick-after"]


def test_a_remedy_is_applied_while_the_fault_is_on(shop: Shop, folder: Path) -> None:
    result = run(shop, load(folder), remedies=True)
    assert result.passed, failed(result)
    history = shop.lab.history
    assert history.index(f"{REMEDY}=on") < history.index(f"clear {REMEDY}") < len(history) - 3
    assert history[history.index(f"{REMEDY}=on") - 1] == f"{FAULT}=on"
    remedy = result.phase(f"remedy {REMEDY}")
    assert remedy is not None
    assert [check.id for check in remedy.checks] == ["slow", "healed"]


def test_a_flag_can_heal_by_the_end_that_it_was_given(shop: Shop, folder: Path) -> None:
    path = folder / "scenario.yaml"
    path.write_text(path.read_text().replace(f"flag: {REMEDY}", f"flag: {FAULT}\n    lasts: 15s"))
    result = run(shop, load(folder), remedies=True)
    remedy = result.phase(f"remedy {FAULT}")
    assert result.passed, failed(result)
    assert remedy is not None
    assert [15 <= check.seconds < 20 for check in remedy.checks if check.id == "healed"] == [True]


def test_a_remedy_that_does_not_heal_fails(shop: Shop, folder: Path) -> None:
    shop.remedy_works = False
    assert failed(run(shop, load(folder), remedies=True)) == [f"remedy {REMEDY}/healed"]


def test_the_rush_lasts_as_long_as_the_fault(shop: Shop, folder: Path) -> None:
    path = folder / "scenario.yaml"
    rates = "rates: {buy: 5, log_in: 4}\n  rush: {log_in: 16}"
    path.write_text(path.read_text().replace("rates: {buy: 5}", rates))
    result = run(shop, load(folder), remedies=True)
    assert result.passed, failed(result)
    assert [spec["rates"] for spec in shop.lab.loads] == [{"buy": 5.0, "log_in": 4.0}] * 3
    rush = {"rates": {"log_in": 16.0}, "at_s": 0.0, "ramp_s": RAMP_S}
    assert [spec.get("rush") for spec in shop.lab.loads] == [None, rush, None]
    loads = [at for at, what in enumerate(shop.lab.history) if what == "load on"]
    assert [shop.lab.history[at - 1] for at in loads] == ["clear all", f"{FAULT}=on", "clear all"]


def test_the_browser_has_less_memory_for_as_long_as_the_fault_lasts(shop: Shop, folder: Path) -> None:
    path = folder / "scenario.yaml"
    text = path.read_text().replace("rates: {buy: 5}", "rates: {buy: 5}\n  browsers: 1")
    without_remedies = text[: text.index("remedies:")] + text[text.index("recover:") :]
    path.write_text(without_remedies.replace("faults:\n", "faults:\n  - {browser_memory_mb: 150}\n"))
    result = run(shop, load(folder))
    assert result.passed, failed(result)
    memory = [(spec["browsers"], spec.get("browser_memory_mb")) for spec in shop.lab.loads]
    assert memory == [(1, None), (1, 150), (1, None)]
    assert "load-generator with browser_memory_mb=150" in result.faults


def test_a_store_that_is_briefly_away_changes_nothing(shop: Shop, folder: Path) -> None:
    def away() -> bool:
        since = shop.lab.since(FAULT)
        return since is not None and 2 < since < 6

    shop.telemetry.away = away
    assert run(shop, load(folder)).passed


def test_load_and_faults_end_when_the_run_is_interrupted(shop: Shop, folder: Path) -> None:
    class Impatient(Recorder):
        def check_decided(self, result: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(shop, load(folder), observer=Impatient())
    assert shop.lab.history[-3:] == ["clear all", "load off", "all back"]
    assert shop.lab.in_force == {}
    assert shop.lab.load is None


@pytest.mark.parametrize("broken", ["clear_flag", "stop_load", "bring_back"])
def test_what_cannot_be_undone_keeps_nothing_else_from_being_undone(shop: Shop, folder: Path, broken: str) -> None:
    class Full(FakeLab):
        """Refuses, once the load runs."""

        def clear_flag(self, flag: str | None = None) -> None:
            self._unless("clear_flag", lambda: super(Full, self).clear_flag(flag))

        def stop_load(self) -> None:
            self._unless("stop_load", super().stop_load)

        def bring_back(self) -> None:
            self._unless("bring_back", super().bring_back)

        def _unless(self, name: str, act: Callable[[], None]) -> None:
            if name == broken and self.loads:
                raise LabError("The disk is full.", "Make room.")
            act()

    class Interrupting(Recorder):
        def phase_started(self, phase: PhaseStart) -> None:
            raise KeyboardInterrupt

    shop.lab = Full(shop.clock)
    with pytest.raises(LabError, match="full"):
        run(shop, load(folder), observer=Interrupting())
    undone = {"clear_flag": "clear all", "stop_load": "load off", "bring_back": "all back"}
    assert shop.lab.history[2:] == [word for name, word in undone.items() if name != broken]


def test_a_lab_that_is_gone_is_the_callers_error(shop: Shop, folder: Path) -> None:
    class Gone(FakeLab):
        def start_load(self, spec: LoadSpec) -> None:
            raise LabError("The shop is not running.", "Start it: whodunit up")

        def clear_flag(self, flag: str | None = None) -> None:
            raise LabError("The shop is not running.", "Start it: whodunit up")

    shop.lab = Gone(shop.clock)
    with pytest.raises(LabError, match="not running"):
        run(shop, load(folder))


@pytest.mark.parametrize("phase", ["steady", "expect", "recover"])
def test_a_shop_that_is_closed_meanwhile_is_not_waited_for(shop: Shop, folder: Path, phase: str) -> None:
    class Closing(Recorder):
        def phase_started(self, begun: PhaseStart) -> None:
            super().phase_started(begun)
            if begun.name == phase:
                shop.lab.closed = True
                self.at = shop.clock.now()

    closing = Closing()
    with pytest.raises(LabError, match="closed meanwhile"):
        run(shop, load(folder), observer=closing)
    assert closing.started[-1] == phase
    assert shop.clock.now() == closing.at


def test_evidence_is_sought_after_the_fault_alone(shop: Shop, folder: Path) -> None:
    reach: list[float] = []

    def look(window: Window) -> float:
        since = shop.lab.since(FAULT)
        reach.append(window.seconds - (since or 0))
        return 1 if shop.sick else 0

    shop.telemetry.logs_by_body = {"Too slow.": look}
    run(shop, load(folder))
    before, *after = reach
    assert before == 20, "the precheck looks back over the check's window"
    assert after
    assert max(after) == 0


def test_the_observer_hears_of_each_symptom_as_it_comes(shop: Shop, folder: Path) -> None:
    recorder = Recorder()
    run(shop, load(folder), observer=recorder)
    assert recorder.started == ["steady", "precheck", "fault", "expect", "clear", "recover"]
    assert set(recorder.decided) == {"slow", "waits", "says-so"}


QUIET_SCENARIO = """\
schema_version: 1
title: Nothing is wrong
story: An ordinary hour in an ordinary shop.
level: beginner
documented_in: health
load: {rates: {buy: 5}}
steady:
  metrics:
    - {id: quick, title: Payments are quick, histogram: pay, p: 95, below: 1s}
alarms: {of: others, lasts: 60s}
"""


@pytest.fixture
def all_quiet(tmp_path: Path) -> Case:
    path = tmp_path / "silence"
    path.mkdir()
    (path / "scenario.yaml").write_text(QUIET_SCENARIO)
    return load(path)


def controls(folder: Path) -> list[NegativeControl]:
    return [NegativeControl(f"payments-slow.{check.id}", check) for check in load(folder).scenario.expect.checks]


def test_a_quiet_shop_stays_quiet_for_the_whole_length(shop: Shop, folder: Path, all_quiet: Case) -> None:
    result = Runner(shop.telemetry, shop.lab, shop.clock, Recorder()).run(all_quiet, controls=controls(folder))
    assert result.passed, failed(result)
    assert [phase.phase for phase in result.phases] == ["steady", "quiet"]
    assert result.phases[1].seconds >= 60


def test_one_symptom_once_is_one_too_many(shop: Shop, folder: Path, all_quiet: Case) -> None:
    noisy = START + timedelta(seconds=30)
    shop.telemetry.logs_by_body = {"Too slow.": lambda window: 1 if window.start <= noisy <= window.end else 0}
    result = Runner(shop.telemetry, shop.lab, shop.clock, Recorder()).run(all_quiet, controls=controls(folder))
    assert failed(result) == ["quiet/payments-slow.says-so"]


def test_a_control_of_absence_waits_for_a_whole_window(shop: Shop, folder: Path, all_quiet: Case) -> None:
    text = (folder / "scenario.yaml").read_text()
    absence = "{id: none-paid, title: Nothing is paid, counter: paid, window: 15s, at_most: 0}"
    (folder / "scenario.yaml").write_text(text.replace("  spans:\n", f"    - {absence}\n  spans:\n", 1))
    shop.telemetry.numbers["paid"] = lambda window: 0.0 if (window.end - window.start).total_seconds() < 15 else 3.0
    result = Runner(shop.telemetry, shop.lab, shop.clock, Recorder()).run(all_quiet, controls=controls(folder))
    assert result.passed, failed(result)


def test_controls_are_evaluated_in_turns(shop: Shop, folder: Path, all_quiet: Case) -> None:
    asked: list[Window] = []

    def none_found(window: Window) -> int:
        asked.append(window)
        return 0

    shop.telemetry.logs_by_body = {"Too slow.": none_found}
    Runner(shop.telemetry, shop.lab, shop.clock, Recorder()).run(all_quiet, controls=controls(folder))
    assert 12 <= len(asked) <= 15  # in a minute, and once more at its end


def test_for_a_data_set_health_and_trouble_last_as_long_as_is_asked(shop: Shop, folder: Path) -> None:
    runner = Runner(shop.telemetry, shop.lab, shop.clock, Recorder(), each_lasts_s=75)
    result = runner.run(load(folder))
    assert result.passed, failed(result)
    phases = {phase.phase: phase for phase in result.phases}
    assert list(phases) == ["steady", "health", "precheck", "fault", "expect", "quiet", "trouble", "clear", "recover"]
    assert phases["health"].seconds == pytest.approx(75, abs=1)
    lasted = phases["clear"].started - phases["fault"].started
    assert lasted.total_seconds() == pytest.approx(75, abs=1)


def test_its_load_lasts_as_much_longer(shop: Shop, folder: Path) -> None:
    def asked_s(each_lasts_s: float) -> object:
        Runner(shop.telemetry, shop.lab, shop.clock, Recorder(), each_lasts_s=each_lasts_s).run(load(folder))
        return shop.lab.loads[-1]["seconds"]

    assert asked_s(75) == asked_s(0) + 150  # type: ignore[operator]
