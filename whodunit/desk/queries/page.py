"""Queries: the course, a step of it with its query in each language, and PromQL taken apart."""

from collections.abc import Mapping

from whodunit.desk.asked import Answer, Asked, command
from whodunit.desk.queries.course import PARTS, STEPS
from whodunit.desk.queries.course.step import Step, filled
from whodunit.desk.queries.explain.in_prometheus import InPrometheus
from whodunit.desk.queries.explain.in_store import InStore
from whodunit.desk.queries.explain.parts import Evaluate, nothing, read, taken_apart
from whodunit.desk.queries.explain.quantile import told
from whodunit.desk.queries.results import MOST_ROWS, Result, number, result
from whodunit.desk.render import REFRESH_S
from whodunit.errors import WrongUseError
from whodunit.telemetry.languages import Languages

NAMES = {"promql": "PromQL", "logql": "LogQL", "traceql": "TraceQL", "jaeger": "Jaeger", "sql": "SQL"}

ABSENT = {
    "promql": "There is no Prometheus in lite mode and at a replay; on the stack it answers this.",
    "logql": "There is no Loki here; on a stack that keeps its log records in Loki it answers this.",
    "traceql": "TraceQL is the language of Grafana Tempo, which the shop does not have: shown to be read.",
    "jaeger": "There is no Jaeger in lite mode and at a replay; on the stack it answers this.",
    "sql": "There is no store on this stack: Loki keeps the log records.",
}
"""Why a language is not evaluated."""

MOST_CHARACTERS = 4000
MOST_SAMPLES = 24
"""Series shown of a part."""

USUAL_EXPRESSION = "histogram_quantile(0.95, sum by (le) (rate(shop_payment_duration_seconds_bucket[$window])))"


def page(asked: Asked) -> Answer:
    """The steps of the course."""
    shown = {
        "parts": PARTS,
        "numbers": _numbers(),
        "names": NAMES,
        "expression": _usual_expression(asked),
        "refresh_s": 0,
    }
    return Answer("queries/page.html", "Queries", "", "", shown)


def step(asked: Asked) -> Answer:
    """One step, and the answer to its query or to what was typed in its place; raises WrongUseError."""
    found, spoken, window = _step(asked.below["step"]), asked.source.languages(), asked.times.window
    texts = {language: filled(query, window) for language, query in found.queries.items()}
    usual = next((language for language in texts if language in spoken), next(iter(texts)))
    language = asked.choice("language", tuple(texts), usual)
    typed = _text(asked)
    text = typed or texts[language]
    order = list(STEPS.values())
    place = order.index(found)
    shown = {
        "step": found,
        "number": place + 1,
        "count": len(order),
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
        "names": NAMES,
        "texts": texts,
        "absent": {each: ABSENT[each] for each in texts if each not in spoken},
        "language": language,
        "text": text,
        "typed": typed,
        "result": _result(spoken, language, text, asked, found),
        "most_rows": MOST_ROWS,
        "refresh_s": 0 if typed else REFRESH_S,
    }
    return Answer("queries/step.html", found.title, _command(spoken, language, text), "", shown)


def explain(asked: Asked) -> Answer:
    """A PromQL expression from the inside out; raises WrongUseError."""
    text = _text(asked) or _usual_expression(asked)
    spoken, window = asked.source.languages(), asked.times.window
    stages = taken_apart(read(text), _evaluate(spoken, asked))
    shown = {
        "expression": text,
        "stages": [(stage, told(stage)) for stage in stages],
        "in_store": "promql" not in spoken,
        "number": number,
        "shown": MOST_SAMPLES,
        "until": window.end,
        "refresh_s": 0,
    }
    return Answer("queries/explain.html", "PromQL taken apart", "", "", shown)


def _evaluate(spoken: Languages, asked: Asked) -> Evaluate:
    if "promql" in spoken:
        return InPrometheus(spoken["promql"], asked.times.window)
    if "sql" in spoken:
        return InStore(spoken["sql"], asked.times.window.end)
    return nothing


def _result(spoken: Languages, language: str, text: str, asked: Asked, of: Step) -> Result | None:
    if language not in spoken:
        return None
    return result(spoken[language], language, text, asked.times.window, of.unit)


def _command(spoken: Languages, language: str, text: str) -> str:
    return command("sql", text) if language == "sql" and language in spoken else ""


def _step(slug: str) -> Step:
    if slug not in STEPS:
        raise WrongUseError(f"There is no step {slug}.", f"There are: {', '.join(STEPS)}, and explain")
    return STEPS[slug]


def _text(asked: Asked) -> str:
    text = asked.one("text")
    if len(text) > MOST_CHARACTERS:
        raise WrongUseError(f"The query has {len(text)} characters.", f"Ask in {MOST_CHARACTERS} at most.")
    return text


def _usual_expression(asked: Asked) -> str:
    return filled(USUAL_EXPRESSION, asked.times.window)


def _numbers() -> Mapping[str, int]:
    return {slug: number for number, slug in enumerate(STEPS, 1)}
