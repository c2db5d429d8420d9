"""`python -m dashboards`: write every dashboard into grafana/dashboards."""

from pathlib import Path

from dashboards.render import files

FOLDER = Path(__file__).parents[1] / "grafana" / "dashboards"


def main() -> None:
    """Write the files, and take away those of dashboards that are no more."""
    wanted = files()
    for path in FOLDER.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
