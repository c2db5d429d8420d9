"""The choices at the top of a dashboard."""

from grafana_foundation_sdk.builders.dashboard import QueryVariable
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from dashboards.queries import PROMETHEUS


def choice(name: str, label: str, query: str, first: str) -> QueryVariable:
    """One of the values that `query` finds, `first` to begin with."""
    return (
        QueryVariable(name)
        .label(label)
        .query({"query": query, "refId": name})
        .datasource(PROMETHEUS)
        .current(VariableOption(selected=True, text=first, value=first))
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )
