"""The switches of a running service: flagd's format through OpenFeature.

The provider reads `FLAGD_*` from the environment itself: a file (`FLAGD_RESOLVER=file`), polled twice a
second, or a flagd server (`FLAGD_RESOLVER=rpc`). It has two readers: one for what operations switch, which
leaves no mark in the telemetry, and one for the features of the shop, whose evaluations do.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from openfeature import api
from openfeature.contrib.hook.opentelemetry import TracingHook
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.contrib.provider.flagd.resolvers.process.connector import file_watcher
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent, ProviderEventDetails
from openfeature.exception import FlagNotFoundError, ProviderNotReadyError
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagResolutionDetails, FlagValueType, Reason
from openfeature.hook import Hook, HookContext, HookHints
from openfeature.provider.metadata import Metadata
from opentelemetry import trace

from kit.keyring import Ask, Keyring
from kit.variants import OFF

PROVIDER = "flagd"
AT_REST = (Reason.STATIC, Reason.CACHED)
"""Reasons of a flag without targeting; flagd's server lets no other be kept."""


_WATCHER = logging.getLogger("openfeature.contrib")


class _SaidOnce(logging.Filter):
    """The watcher reads a file that it cannot read twice a second, and tells of it with a traceback each time."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a message pass that is not the last one again."""
        record.exc_info = record.exc_text = None
        said, self._said = self._said, record.getMessage()
        return said != self._said

    def begin_again(self) -> None:
        """The file can be read: what is wrong with it next time is news."""
        self._said = ""


class Flagd(FlagdProvider):
    """flagd under the name that the OpenFeature conventions give it; reads sealed flag files, too."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._said = _SaidOnce()
        _WATCHER.addFilter(self._said)
        # The watcher opens the file in the locale's encoding, and takes an editor's byte order mark for its content.
        file_watcher.open = partial(open, encoding="utf-8-sig")  # type: ignore[attr-defined]
        self._kept: dict[str, FlagResolutionDetails[str]] = {}
        super().__init__()

    def shutdown(self) -> None:
        """Stop watching."""
        super().shutdown()
        _WATCHER.removeFilter(self._said)

    def get_metadata(self) -> Metadata:
        """The provider's name, for hooks."""
        return Metadata(PROVIDER)

    def get_provider_hooks(self) -> list[Hook]:
        """None: the one there is adds the context that a flag source sends along, and a file sends none."""
        return []

    def emit_provider_configuration_changed(self, details: ProviderEventDetails) -> None:
        """Called whenever the flag file is another one."""
        self._said.begin_again()
        self._keys.turn_to(str(details.metadata.get("seal", "")))
        self._kept = {}
        super().emit_provider_configuration_changed(details)

    def resolve_string_details(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None = None
    ) -> FlagResolutionDetails[str]:
        """The variant, under its own name; the default for what is not in the file, or cannot be read in it yet.

        What the file alone decides is evaluated once for each file: a checkout asks thirty times.
        """
        kept = self._kept
        details = kept.get(flag_key)
        if details is None:
            details = self._evaluated(flag_key, default_value, evaluation_context)
            if details.reason == Reason.STATIC and self.config.resolver == ResolverType.FILE:
                kept[flag_key] = details
        return details

    def _evaluated(
        self, flag_key: str, default_value: str, evaluation_context: EvaluationContext | None
    ) -> FlagResolutionDetails[str]:
        seal = self._keys.seal
        if seal is None and self._keys.is_sealed:
            return FlagResolutionDetails(default_value, variant=default_value)
        key = seal.alias(flag_key) if seal else flag_key
        try:
            found = super().resolve_string_details(key, default_value, evaluation_context)
        except FlagNotFoundError:
            # While a sealed file takes the place of another; the product's hooks would tell it as an error of the shop.
            return FlagResolutionDetails(default_value, variant=default_value, reason=Reason.STATIC)
        variant = seal.opened(flag_key, found.value) if seal else found.variant
        return replace(found, value=variant or default_value, variant=variant)


class Operations:
    """Operational switches, read from the provider itself.

    A client's layers, made for hooks, take 18 of 22 microseconds, and one payment asks a dozen times.
    """

    def __init__(self, provider: Flagd) -> None:
        self._provider = provider

    def value(self, flag: str) -> str:
        """The variant in force, evaluated now: an activation whose end has passed counts as off."""
        return self._evaluated(flag).value

    def is_static(self, flag: str) -> bool:
        """True if the file alone decides, and not the clock."""
        return self._evaluated(flag).reason in AT_REST

    def on_switch(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the flag file is another one."""
        api.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, lambda _: listener())

    def _evaluated(self, flag: str) -> FlagResolutionDetails[str]:
        try:
            return self._provider.resolve_string_details(flag, OFF)
        except Exception:  # noqa: BLE001  whatever is wrong with flags, no request fails of it
            return FlagResolutionDetails(OFF)


class Features(Operations):
    """The features of the shop: each evaluation is told on the current span."""

    def __init__(self, provider: Flagd) -> None:
        super().__init__(provider)
        self._client = api.get_client("product")
        self._client.add_hooks([SpanHook()])

    def value(self, flag: str) -> str:
        """The variant in force, evaluated now, and told."""
        return self._client.get_string_value(flag, OFF)


class SpanHook(TracingHook):
    """Adds the event of the present conventions, and writes the last evaluation on the span, where a search finds it.

    These are the attributes of the earlier conventions, which dashboards and guides still ask for. Version 1.30
    renamed `feature_flag.provider_name` and `feature_flag.variant`:
    https://opentelemetry.io/docs/specs/semconv/feature-flags/
    """

    def finally_after(
        self, hook_context: HookContext, details: FlagEvaluationDetails[FlagValueType], hints: HookHints
    ) -> None:
        """Called after each evaluation, whatever came of it."""
        super().finally_after(hook_context, details, hints)
        metadata = hook_context.provider_metadata
        attributes = {
            "feature_flag.key": details.flag_key,
            "feature_flag.provider_name": metadata.name if metadata else "",
            "feature_flag.variant": details.variant or "",
        }
        trace.get_current_span().set_attributes(attributes)


class Flags:
    """Both readers of one provider; `close` stops watching. `ask` tells the key of a sealed file."""

    def __init__(self, ask: Ask) -> None:
        self._keys = Keyring(ask)
        provider = Flagd(self._keys)
        with suppress(ProviderNotReadyError):  # a file that cannot be read yet: nothing is in force until it can
            api.set_provider_and_wait(provider)
        self.operations = Operations(provider)
        self.product = Features(provider)

    def wait_readable(self, within_s: float) -> bool:
        """Until it is known what is in force, but no longer than that: a sealed file's key comes a little later."""
        return self._keys.wait(within_s)

    def close(self) -> None:
        """Stop watching, and asking."""
        api.shutdown()
        self._keys.turn_to("")
