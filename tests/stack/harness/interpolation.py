"""`${VARIABLE:-default}` as Compose understands it."""

import re
from collections.abc import Mapping

_REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)|\{(?P<name>\w+)(?P<rule>:?[-?+])?(?P<text>(?:[^{}]|\$\{[^{}]*\})*)\})"
)


class UnsetError(Exception):
    """A variable that must have a value has none."""


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """The text with every reference replaced; raises UnsetError for `${NAME:?why}` without a value."""
    return _REFERENCE.sub(lambda match: _value(match, variables), text)


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    name, rule, text = match["plain"] or match["name"], match["rule"] or "", match["text"] or ""
    value = variables.get(name)
    has_value = bool(value) if rule.startswith(":") else value is not None
    if rule.endswith("+"):
        return interpolate(text, variables) if has_value else ""
    if rule.endswith("?") and not has_value:
        raise UnsetError(f"{name}: {text or 'must be set'}")
    if rule.endswith("-") and not has_value:
        return interpolate(text, variables)
    return value or ""
