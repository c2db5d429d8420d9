"""The catalogue of flags, as the people who maintain it write it: `flags/catalogue.yaml`."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

Kind = Literal["fault", "remedy", "product"]


class Entry(BaseModel):
    """One flag; the first variant is in force while nothing is switched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    service: str
    description: str
    variants: dict[str, str] = Field(min_length=2)
    answers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_off(self) -> "Entry":
        if next(iter(self.variants)) != "off":
            raise ValueError("the first variant must be 'off'")
        if bool(self.answers) != (self.kind == "remedy"):
            raise ValueError("a remedy, and only a remedy, says which flags it answers")
        return self


class Catalogue(BaseModel):
    """All flags by key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flags: dict[str, Entry]

    @model_validator(mode="after")
    def _answers_exist(self) -> "Catalogue":
        harmful = {key for key, entry in self.flags.items() if entry.kind != "remedy"}
        answered = {flag for entry in self.flags.values() for flag in entry.answers}
        if answered - harmful:
            raise ValueError(f"remedies answer flags that do not exist: {sorted(answered - harmful)}")
        return self


@cache
def read() -> Catalogue:
    """The catalogue of this release; raises `pydantic.ValidationError` when it contradicts itself."""
    text = files("flags").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return Catalogue.model_validate(YAML(typ="safe", pure=True).load(text))
