"""The statistic that an address asks for, in the words of the page."""

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.kinds import WORDS, statistics_of
from whodunit.telemetry.questions import Statistic
from whodunit.views.metric_statistic import Choice, choose

_STATISTICS = {word: each for each, word in WORDS.items()}
USUAL_PERCENTILE = 95.0


def words_of(metric: MetricInfo) -> list[str]:
    """The statistics that a metric has, the usual one first."""
    return [WORDS[each] for each in statistics_of(metric)]


def chosen(metric: MetricInfo, word: str, percentile: str) -> Choice:
    """The statistic that was asked for, or the usual one of the metric's kind; raises WrongUseError."""
    if word and word not in words_of(metric):
        raise WrongUseError(f"{metric.name} is a {metric.kind}: it has no {word}.", f"It has: {_listed(metric)}")
    wanted = _STATISTICS[word] if word else statistics_of(metric)[0]
    if wanted is Statistic.PERCENTILE:
        return Choice(wanted, _percent(percentile))
    return choose(metric, Choice(wanted))


def _listed(metric: MetricInfo) -> str:
    return ", ".join(words_of(metric))


def _percent(text: str) -> float:
    try:
        percent = float(text or USUAL_PERCENTILE)
    except ValueError:
        percent = -1.0
    if not 0 < percent <= 100:
        raise WrongUseError(f"p={text} is no percentile.", "Such as 50, 95 or 99.9")
    return percent
