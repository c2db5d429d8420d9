"""Each incident that was verified here shows its own face on its recorded run, and no other's."""

from typing import Any

from bench.shop import Shop

Json = dict[str, Any]


def wrong(matrix: Json) -> list[str]:
    """Cells that are not as they should be."""
    return [f"{cell['run']} shows {cell['evidence']}: {cell}" for cell in matrix["cells"] if not cell["right"]]


def test_every_incident_shows_its_own_face_and_no_other(recorded: Shop) -> None:
    runs = [str(file.parent) for file in sorted((recorded.home / "runs").glob("*/spans.parquet"))]
    matrix = recorded.json("scenario", "matrix", *runs, check=False)
    assert wrong(matrix) == []
    assert {cell["run"] for cell in matrix["cells"] if cell["whole"]} == set(matrix["runs"]) - {"all-quiet"}
