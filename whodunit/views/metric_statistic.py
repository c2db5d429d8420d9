"""The statistic of a metric to plot: the one that was asked for, or the usual one of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.kinds import statistics_of, word
from whodunit.telemetry.questions import Statistic

_OPTIONS = {
    Statistic.PERCENTILE: "--p 95",
    Statistic.MEAN: "--mean",
    Statistic.RATE: "--rate",
    Statistic.COUNT: "--count",
    Statistic.INCREASE: "--increase",
    Statistic.LAST: "its value, without an option",
    Statistic.MAX: "--max",
}
_USUAL_PERCENTILE = 95.0


@dataclass(frozen=True)
class Choice:
    """A statistic, its percentile if it is one, and its name in a caption."""

    statistic: Statistic
    percentile: float | None = None

    @property
    def caption(self) -> str:
        """Such as `p95`, `mean` or `rate`."""
        return word(self.statistic, self.percentile)


def asked(options: Mapping[Statistic, bool], percentile: float | None) -> Choice | None:
    """The statistic that the options of a command ask for, if any; raises WrongUseError for more than one."""
    choices = [Choice(statistic) for statistic, is_on in options.items() if is_on]
    if percentile is not None:
        choices.append(Choice(Statistic.PERCENTILE, percentile))
    if len(choices) > 1:
        raise WrongUseError("A plot shows one number.", "Choose one of --p, --mean, --rate, --count, --increase, --max")
    return choices[0] if choices else None


def choose(metric: MetricInfo, wanted: Choice | None) -> Choice:
    """The statistic to plot; raises WrongUseError when the metric does not have the wanted one."""
    own = statistics_of(metric)
    if wanted is None:
        usual = own[0]
        return Choice(usual, _USUAL_PERCENTILE if usual is Statistic.PERCENTILE else None)
    if wanted.statistic not in own:
        options = ", ".join(_OPTIONS[each] for each in own)
        message = f"{metric.name} is a {metric.kind}: it has no {wanted.statistic.value}."
        raise WrongUseError(message, f"It has: {options}")
    return wanted
