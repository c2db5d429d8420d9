"""What a run keeps beside its telemetry is told: the books, the ledger, what was tried, the end."""

import json
from pathlib import Path

from tests.recorded_runs import make
from tests.unit.telemetry.duck_store import at
from whodunit.report.document import report
from whodunit.report.recorded import recorded
from whodunit.runs import recorded_run

AUDIT = {"orders": 90, "lost": 2, "double_charged": 1, "stock_difference": 3, "stuck": 0, "held": False}
LEDGER = [
    {"time": at(29).isoformat(), "event": "set", "flag": "payment-pool-exhaustion", "variant": "on"},
    {"time": at(31).isoformat(), "event": "effect", "flag": "payment-pool-exhaustion", "variant": "on", "affected": 3},
]
REMEDY = {
    "phase": "remedy payment-larger-pool",
    "started": at(51).isoformat(),
    "passed": True,
    "checks": [{"id": "c", "title": "Payments are quick", "message": "p95: 0.5s, expected < 1s", "seconds": 2.0}],
}


def told(folder: Path) -> str:
    with recorded(recorded_run.read(folder)) as subject:
        return report(subject).markdown


def test_books_that_do_not_agree(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    (folder / "audit.json").write_text(json.dumps(AUDIT))
    text = told(folder)
    assert "**not every promise was kept**. Of 90 orders in the books, 2 with money that is not" in text
    assert "**data was lost**" in text
    assert "| orders 90, lost 2, double_charged 1, stock_difference 3, stuck 0 |" in text


def test_without_books_it_says_so(tmp_path: Path) -> None:
    text = told(make(tmp_path / "run"))
    assert "Money and stock: unknown, no audit was kept" in text
    assert "RPO of orders, money and stock: unknown" in text


def test_the_ledger_says_when_it_was_switched_and_not_how_often_it_was_used(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    (folder / "ledger.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LEDGER))
    timeline = told(folder).partition("## Detection")[0]
    assert "| 12:00:29 | payment-pool-exhaustion=on put in force |" in timeline
    assert "12:00:31 | payment-pool-exhaustion" not in timeline


def test_what_was_tried_and_what_came_of_it(tmp_path: Path) -> None:
    folder = make(tmp_path / "run")
    result = json.loads((folder / "result.json").read_text())
    result["phases"].append(REMEDY)
    (folder / "result.json").write_text(json.dumps(result))
    said = "its checks held (Payments are quick: p95: 0.5s, expected < 1s)"
    assert f"| 12:00:51 | payment-larger-pool | {said.replace('<', '&lt;')} |" in told(folder)


def test_an_alert_is_told_with_its_times(tmp_path: Path) -> None:
    text = told(make(tmp_path / "run"))
    assert "| alert: condition of OrdersStuckInProcessing | 12:00:35 | 5.00s |" in text
    assert "alert: OrdersStuckInProcessing is over" in text
    assert "no pager; OrdersStuckInProcessing wakes checkout" in text
