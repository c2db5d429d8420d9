"""What comes from others is the file that they published."""

import hashlib
import json
from pathlib import Path

VENDORED = Path(__file__).parents[3] / "whodunit" / "desk" / "static" / "vendored"
PERMISSIVE = {"0BSD", "MIT"}


def test_every_file_is_pinned_by_its_hash() -> None:
    pinned = json.loads((VENDORED / "vendored.json").read_text(encoding="utf-8"))
    files = {path.name for path in VENDORED.iterdir()} - {"vendored.json"}
    assert files == set(pinned)
    for name, each in pinned.items():
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == each["sha256"], name
        assert each["licence"] in PERMISSIVE
    licensed = {each["package"] for each in pinned.values() if each["file"] == "LICENSE"}
    assert licensed == {each["package"] for each in pinned.values()}
