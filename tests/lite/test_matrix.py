"""Each incident that was verified here shows its own face on its recorded run, and no other's."""

import json
from typing import Any

from bench.shop import Shop
from tests.lite.conftest import NAMES

Json = dict[str, Any]


def newest_that_passed(shop: Shop) -> dict[str, str]:
    """The folder of a run, by the case that was run."""
    found = {}
    for file in sorted((shop.home / "runs").glob("*/spans.parquet")):
        result = json.loads((file.parent / "result.json").read_text())
        if result["passed"]:
            found[result["scenario"]] = str(file.parent)
    return found


def wrong(matrix: Json) -> list[str]:
    """Cells that are not as they should be."""
    return [f"{cell['run']} shows {cell['evidence']}: {cell}" for cell in matrix["cells"] if not cell["right"]]


def test_every_incident_shows_its_own_face_and_no_other(recorded: Shop) -> None:
    runs = newest_that_passed(recorded)
    assert set(runs) >= set(NAMES)
    matrix = recorded.json("scenario", "matrix", *runs.values(), check=False)
    assert wrong(matrix) == []
