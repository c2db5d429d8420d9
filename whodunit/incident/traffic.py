"""The load of a run, as `scenario.yaml` states it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from whodunit.strict_yaml.quantities import Duration, Strict


class Rates(Strict):
    """Journeys per second, begun whether or not earlier ones have ended."""

    buy: float = Field(0.0, ge=0, le=10, description="Checkouts; at most 10/s, so that an old laptop can show it")
    buy_declined: float = Field(0.0, ge=0, le=10, description="Checkouts with a card that is declined")
    buy_limited: float = Field(0.0, ge=0, le=10, description="Checkouts of a piece of the limited edition")
    browse: float = Field(0.0, ge=0, le=100)
    leaf: float = Field(0.0, ge=0, le=100)
    search: float = Field(0.0, ge=0, le=100)
    log_in: float = Field(0.0, ge=0, le=100)
    log_in_mistyped: float = Field(0.0, ge=0, le=100, description="Logins with an address that nobody has")
    log_in_orders: float = Field(0.0, ge=0, le=100, description="Logins of somebody who looks at their orders then")
    sign_up: float = Field(0.0, ge=0, le=100)
    orders: float = Field(0.0, ge=0, le=100)
    history: float = Field(0.0, ge=0, le=20, description="People who look at everything they have bought")
    history_company: float = Field(
        0.0, ge=0, le=5, description="Screens of companies that show the same, and refresh themselves together"
    )


class Shape(Strict):
    """The change of the load over its length."""

    kind: Literal["constant", "step", "spike", "soak"] = "constant"
    factor: float = Field(1.0, gt=0, le=20, description="Multiplies the rates while the step or spike lasts")
    at: Duration = Field(0.0, description="Start of the step or spike")
    lasts: Duration = Field(0.0, description="Length of the spike")


class Load(Strict):
    """The traffic of the whole run; the same seed gives the same sequence of journeys."""

    rates: Rates
    rush: Rates | None = Field(
        None, description="Rates that replace those of the same name from the fault on until it is cleared"
    )
    browsers: int = Field(0, ge=0, le=2, description="People with a real browser beside them; needs Chromium")
    shape: Shape = Shape()
    seed: int = Field(7, ge=0)

    @property
    def rush_rates(self) -> Rates:
        """The rates while the fault is on."""
        return self.rates.model_copy(update=self.rush.model_dump(exclude_unset=True) if self.rush else {})

    @model_validator(mode="after")
    def _changes_in_one_way(self) -> Self:
        if self.rush and self.shape.kind != "constant":
            raise ValueError("rush or shape: with a rush the load is constant before, during and after the fault")
        return self
