import pytest

from whodunit.telemetry.questions import LogQuery
from whodunit.telemetry.stack_adapter_logql import counted, pipeline

T1 = "a" * 32


@pytest.mark.parametrize(
    ("query", "written"),
    [
        (LogQuery(), '{service_name=~".+"}'),
        (
            LogQuery(service="payment", severity="ERROR"),
            '{service_name="payment"} | severity_number>=17 | severity_number<21',
        ),
        (LogQuery(least_severity="WARN"), '{service_name=~".+"} | severity_number>=13'),
        (LogQuery(body="100 % (1)."), '{service_name=~".+"} |= "100 % (1)." |~ "^100 % \\\\(1\\\\)\\\\.$"'),
        (LogQuery(body_contains="A+"), '{service_name=~".+"} |~ "(?i)A\\\\+"'),
        (LogQuery(where={"shop.order.id": "7"}), '{service_name=~".+"} | shop_order_id="7"'),
        (LogQuery(trace_id=T1.upper()), f'{{service_name=~".+"}} | trace_id="{T1}"'),
        (LogQuery(trace_id="abc123"), '{service_name=~".+"} | trace_id=~"abc123.*"'),
        (LogQuery(joined_to_trace=True), '{service_name=~".+"} | trace_id!=""'),
    ],
)
def test_a_query_in_logql(query: LogQuery, written: str) -> None:
    assert pipeline(query) == written


def test_counting_is_to_the_millisecond() -> None:
    assert counted('{service_name="x"}', 19.3844) == 'sum(count_over_time({service_name="x"} [19384ms]))'
