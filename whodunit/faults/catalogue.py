"""The catalogue of flags, as the people who maintain it write it: `flags/catalogue.yaml`."""

from functools import cache, partial
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from whodunit.strict_yaml.defined import Defined
from whodunit.topology import HISTORY, SERVICES

Kind = Literal["fault", "remedy", "product", "decoy"]

OURS = tuple(service.name for service in SERVICES if not service.is_external)
"""The services that always run and can be deployed."""

DEPLOYED = (*OURS, HISTORY)
"""All that can be: the nodes of histories together."""


class Action(Defined):
    """Actions on a service, a closed list."""

    RESTART = "restart", "End it, and start the same release again."
    ROLL_BACK = "roll-back", "Deploy the release of the day before."
    LARGER_POOL = "larger-pool", "Give it more connections: to its database, or to those whom it calls."
    SMALLER_TRANSACTIONS = "smaller-transactions", "End transactions before anybody else is called."
    CLOSE_CONNECTIONS = "close-connections", "Give every database connection back, however the work ended."
    KEEP_ALIVE = "keep-alive", "Keep connections to those whom it calls, and use them again."
    MORE_CORES = "more-cores", "Give it more processor time."
    CIRCUIT_BREAKER = "circuit-breaker", "Stop calling those who fail, for a while."
    SHORTER_TIMEOUT = "shorter-timeout", "Wait less long for those whom it calls."
    CACHE = "cache", "Remember what was read."
    BOUND_CACHE = "bound-cache", "Keep no more than there is room for."
    RESTORE_INDEX = "restore-index", "Create the indexes that its statements need."
    BATCH_QUERIES = "batch-queries", "Ask once for all rows of a list."
    FALLBACK = "fallback", "Answer something simpler when a part is missing."
    FEATURE_OFF = "feature-off", "Switch off its feature flags."
    FEATURE_NOTICE = "feature-notice", "Tell somebody that a feature flag is on."
    REPAIR_DATA = "repair-data", "Mend the rows that it cannot handle."
    DRAIN_INSTANCE = "drain-instance", "Send no more requests to the instance that is not like the others."
    OFFLOAD_WORK = "offload-work", "Do long work beside the requests, not in their way."
    CHEAPER_HASH = "cheaper-hash", "Lower the cost of hashing a password."
    RETRY_BUDGET = "retry-budget", "Ask again a bounded share of what it asks."
    BACKOFF = "backoff", "Wait longer, and by chance, before it asks again."
    STOP_JOB = "stop-job", "End its scheduled job."
    RIGHT_SCHEDULE = "right-schedule", "Run its scheduled job at the times that were meant."
    SHORTER_RETENTION = "shorter-retention", "Keep fewer of the files that its scheduled job writes."
    OWN_VOLUME = "own-volume", "Give its scheduled job a volume that nothing else is on."
    LARGER_VOLUME = "larger-volume", "Give it more room for files."
    MORE_NODES = "more-nodes", "Run more nodes of it."
    ROUTE_TO_DATA = "route-to-data", "Ask the node that keeps the rows."
    WEIGH_NODES = "weigh-nodes", "Ask nodes that answer sooner more often."
    REINSTATE_ACCOUNTS = "reinstate-accounts", "Give customers who are suspended their rights back."
    FRESH_KEYS = "fresh-keys", "Fetch the keys of those whom it trusts again when it meets one that it does not know."
    SET_CLOCK = "set-clock", "Set the clock of its machine by that of the others."
    REMOVE_LEFTOVERS = "remove-leftovers", "Remove the files that its work needs no more."


class Entry(BaseModel):
    """One flag; the first variant is in force while nothing is switched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    service: str
    description: str
    variants: dict[str, str] = Field(min_length=2)
    answers: tuple[str, ...] = ()
    action: Action | None = None

    @model_validator(mode="after")
    def _has_off(self) -> "Entry":
        if next(iter(self.variants)) != "off":
            raise ValueError("the first variant must be 'off'")
        if self.answers and self.kind != "remedy":
            raise ValueError("only a remedy says which flags it answers")
        if bool(self.action) != (self.kind == "remedy"):
            raise ValueError("a remedy, and only a remedy, is an action")
        return self


class Catalogue(BaseModel):
    """All flags by key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    flags: dict[str, Entry]

    @model_validator(mode="after")
    def _answers_exist(self) -> "Catalogue":
        harmful = {key for key, entry in self.flags.items() if entry.kind in ("fault", "product")}
        harmful |= {f"{key}/{variant}" for key in harmful for variant in self.flags[key].variants}
        answered = {flag for entry in self.flags.values() for flag in entry.answers}
        if answered - harmful:
            raise ValueError(f"remedies answer flags that do not exist: {sorted(answered - harmful)}")
        return self


@cache
def read() -> Catalogue:
    """The catalogue of this release; raises `pydantic.ValidationError` when it contradicts itself."""
    text = files("flags").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    written = YAML(typ="safe", pure=True).load(text)
    deployments = written.pop("deployments")
    made = _releases(deployments) | {"certificate-notice": _notice()}
    return Catalogue.model_validate({**written, "flags": written["flags"] | made})


def _notice() -> Entry:
    return Entry(
        kind="decoy",
        service="any",
        description="A service warns again and again of something that is no trouble.",
        variants={"off": "No service does."} | {name: f"{name} warns of its certificate." for name in OURS},
    )


def _releases(deployments: dict[str, dict[str, str]]) -> dict[str, Entry]:
    """The flags by which each of our services is deployed, rolled back and restarted."""
    if unknown := set(deployments) - set(DEPLOYED):
        raise ValueError(f"deployments of what is no service of ours: {sorted(unknown)}")
    entries = [_releases_of(name, deployments.get(name, {})) for name in DEPLOYED]
    return {key: entry for each in entries for key, entry in each.items()}


def _releases_of(service: str, broken: dict[str, str]) -> dict[str, Entry]:
    deployment, remedy = f"{service}-deployment", partial(Entry, kind="remedy", service=service)
    return {
        deployment: Entry(
            kind="fault",
            service=service,
            description=f"Another release of {service} is deployed: it restarts as that one.",
            variants={"off": "The release of the day.", "innocent": "The next release; nothing is wrong with it."}
            | broken,
        ),
        f"{service}-rollback": remedy(
            action=Action.ROLL_BACK,
            description=f"Deploy the earlier release of {service} again.",
            variants={"off": "Whatever release is deployed.", "on": "The release of the day, by a restart."},
            answers=(deployment,),
        ),
        f"{service}-restart": remedy(
            action=Action.RESTART,
            description=f"Restart {service}.",
            variants={"off": "It runs on.", "on": "It restarts once, as the release that is deployed."},
        ),
    }
