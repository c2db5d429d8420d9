"""The settings of the store, read once from the environment."""

import logging
import sys
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

WRONG_USE = 2
DAY_S = 24 * 60 * 60
GIBIBYTE = 1 << 30


def _log_level(name: str) -> str:
    level = name.strip().upper()
    if level not in logging.getLevelNamesMapping():
        raise ValueError("must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return level


LogLevel = Annotated[str, AfterValidator(_log_level)]
"""As people write it: `debug` and `WARN` are levels, too."""


class StoreSettings(BaseSettings):
    """The store's address, its file and the bounds on what it keeps."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(4318, ge=0, le=65535, description="Port to listen on")
    team_port: int | None = Field(
        None, ge=1, le=65535, description="Port for a team that sends to a receiver of its own"
    )
    store_file: Path = Field(Path("telemetry.duckdb"), description="The database file")
    store_max_age_s: float = Field(DAY_S, gt=0, description="Older rows are deleted, seconds")
    # DuckDB gives space back by groups of 122,880 rows: in a small file that is nearly all of it.
    store_max_bytes: int = Field(GIBIBYTE, ge=64 << 20, description="Oldest rows are deleted beyond this size, bytes")
    log_level: LogLevel = Field("INFO", description="Least severe level logged")


def load() -> StoreSettings:
    """Read the environment; a wrong value ends the program with exit code 2 and says which one and why."""
    try:
        return StoreSettings()
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
        sys.stderr.write("\n".join(["Wrong settings in the environment:", *lines, ""]))
        raise SystemExit(WRONG_USE) from None
