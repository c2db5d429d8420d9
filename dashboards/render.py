"""All dashboards, and their files' text."""

import json

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.browsers import browsers
from dashboards.checkout import checkout
from dashboards.login import login
from dashboards.pipeline import pipeline
from dashboards.postgresql import postgresql
from dashboards.service import service
from dashboards.start_here import start_here
from dashboards.volume import volume

PAGES = (start_here, service, checkout, login, pipeline, postgresql, volume, browsers)


def files() -> dict[str, str]:
    """The text of each file in grafana/dashboards, by its name."""
    return dict(_file(make()) for make in PAGES)


def _file(made: Dashboard) -> tuple[str, str]:
    model = made.build()
    document = json.loads(JSONEncoder().encode(model))
    for link in document["links"]:
        # The SDK hides every link in a menu. Without this they stand above the panels.
        del link["placement"]
    return f"{model.uid}.json", json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
