"""The schema of a load: the body of `PUT /load`, and the `load` section of a scenario."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LONGEST_S = 3600
HIGHEST_RATE = 500.0


class JourneyKind(StrEnum):
    """The kinds of journeys."""

    BROWSE = "browse"
    LEAF = "leaf"
    SEARCH = "search"
    SIGN_UP = "sign_up"
    LOG_IN = "log_in"
    LOG_IN_MISTYPED = "log_in_mistyped"
    LOG_IN_ORDERS = "log_in_orders"
    BUY = "buy"
    BUY_DECLINED = "buy_declined"
    BUY_LIMITED = "buy_limited"
    ORDERS = "orders"
    HISTORY = "history"
    HISTORY_COMPANY = "history_company"


OF_HISTORIES = (JourneyKind.HISTORY, JourneyKind.HISTORY_COMPANY)
"""Those that need the nodes of histories, which run for them alone."""

USUAL_RATES = {
    JourneyKind.BUY: 8.0,
    JourneyKind.BROWSE: 1.0,
    JourneyKind.SEARCH: 0.5,
    JourneyKind.ORDERS: 0.3,
    JourneyKind.LOG_IN: 0.2,
    JourneyKind.SIGN_UP: 0.05,
}
"""Journeys per second: ten, most of them checkouts."""

USUAL_MIX = {
    JourneyKind.BROWSE: 40.0,
    JourneyKind.SEARCH: 20.0,
    JourneyKind.BUY: 25.0,
    JourneyKind.ORDERS: 8.0,
    JourneyKind.LOG_IN: 5.0,
    JourneyKind.SIGN_UP: 2.0,
}

Rate = Annotated[float, Field(ge=0, le=HIGHEST_RATE)]
Weight = Annotated[float, Field(ge=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ShapeSpec(_Strict):
    """The change of load over time; `loadgen.shape` describes each kind."""

    kind: Literal["constant", "step", "spike", "soak"] = "constant"
    factor: float = Field(3.0, gt=0, le=20, description="What step and spike multiply the load by")
    at_s: float = Field(30.0, ge=0, le=LONGEST_S, description="When step and spike begin; how long soak rises")
    for_s: float = Field(30.0, ge=0, le=LONGEST_S, description="How long a spike lasts")


class Rush(_Strict):
    """More visitors from a moment on, who come in a ramp."""

    rates: dict[JourneyKind, Rate] = Field(description="In place of the usual rates of the same kinds")
    at_s: float = Field(0.0, ge=0, le=LONGEST_S, description="When the ramp begins")
    ramp_s: float = Field(0.0, ge=0, le=LONGEST_S, description="How long it takes until the rates are reached")


class LoadSpec(_Strict):
    """Journeys, their number, their time. `open`: `rates` hold whatever the answers; `users`: `users` take turns."""

    arrival: Literal["open", "users"] = "open"
    rates: dict[JourneyKind, Rate] = Field(default=USUAL_RATES, description="Journeys per second (open)")
    users: int = Field(20, ge=1, le=500, description="People at the same time (users)")
    mix: dict[JourneyKind, Weight] = Field(default=USUAL_MIX, description="Weight of each journey (users)")
    think_s: tuple[float, float] = Field((1.0, 4.0), description="Shortest and longest pause of a user")
    shape: ShapeSpec = ShapeSpec()
    rush: Rush | None = Field(None, description="A rise of the rates at a constant shape (open)")
    campaign: Rush | None = Field(None, description="Another rise, of kinds that the rush leaves alone (open)")
    sealed: bool = Field(False, description="Nothing is reported of it: neither what was asked for nor any figure")
    seed: int = Field(7, description="The same seed gives the same journeys, products, accounts and cards")
    seconds: int = Field(600, ge=1, le=LONGEST_S, description="When it stops by itself")
    warm_up_s: float = Field(0.0, ge=0, le=LONGEST_S, description="So long at the start, nothing counts in the total")
    accounts: int = Field(50, ge=1, le=500, description="How many of the shop's accounts buy")
    browsers: int = Field(0, ge=0, le=2, description="People with a real browser, beside the others; needs Chromium")
    browser_memory_mb: int = Field(1000, ge=100, le=8000, description="Memory of that browser; ended when it uses more")
    max_in_flight: int = Field(1000, ge=1, le=5000, description="Journeys at the same time; more are refused")

    @model_validator(mode="after")
    def _does_something(self) -> "LoadSpec":
        wanted = self.rates if self.arrival == "open" else self.mix
        if not any(wanted.values()):
            raise ValueError("at least one journey needs a rate or a weight above 0")
        if self.rises and self.shape.kind != "constant":
            raise ValueError("either a rise or a shape")
        if sum(self.peak_rates.values()) * self._peak > HIGHEST_RATE:
            raise ValueError(f"more than {HIGHEST_RATE:g} journeys per second at the peak")
        if not 0 <= self.think_s[0] <= self.think_s[1]:
            raise ValueError("think_s is the shortest pause and then the longest")
        return self

    @property
    def rises(self) -> list[Rush]:
        """The rises that there are."""
        return [each for each in (self.rush, self.campaign) if each]

    def rise_of(self, kind: JourneyKind) -> Rush | None:
        """The rise of one kind of journey."""
        return next((each for each in self.rises if kind in each.rates), None)

    @property
    def peak_rates(self) -> dict[JourneyKind, float]:
        """The rates after all rises."""
        rising = {kind: rate for each in reversed(self.rises) for kind, rate in each.rates.items()}
        return self.rates | rising

    @property
    def visits_nodes(self) -> bool:
        """True if visitors look at their histories."""
        wanted = self.peak_rates if self.arrival == "open" else self.mix
        return any(wanted.get(kind) for kind in OF_HISTORIES)

    @property
    def _peak(self) -> float:
        return max(1.0, self.shape.factor) if self.shape.kind in ("step", "spike") else 1.0
