"""The switches of a running service: flagd's format through OpenFeature.

The provider reads `FLAGD_*` from the environment itself: a file (`FLAGD_RESOLVER=file`), polled twice a
second, or a flagd server (`FLAGD_RESOLVER=rpc`).
"""

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.flagd import FlagdProvider

from kit.variants import OFF


class FlagdVariants:
    """Variants as flagd's format has them. No telemetry hook stands on this client."""

    def __init__(self) -> None:
        api.set_provider_and_wait(FlagdProvider())
        self._client: OpenFeatureClient = api.get_client()

    def value(self, flag: str) -> str:
        """The variant in force, evaluated now: an activation whose end has passed counts as off."""
        return self._client.get_string_value(flag, OFF)

    def close(self) -> None:
        """Stop watching."""
        api.shutdown()
