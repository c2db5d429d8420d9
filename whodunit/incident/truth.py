"""The model of `truth.yaml`, the solution. Nothing that runs or verifies a scenario reads it."""

from typing import Literal

from pydantic import Field

from whodunit.strict_yaml.defined import Defined
from whodunit.strict_yaml.quantities import Duration, Strict


class Reason(Defined):
    """The closed vocabulary of causes, each with its definition; an answer form offers all of them."""

    CONNECTION_HELD_ACROSS_CALL = "connection-held-across-call", "A connection stays lent during a call to others."
    CONNECTION_LEAK = "connection-leak", "A database connection is not given back on some path."
    POOL_CUT = "pool-cut", "The pool has fewer connections than before."
    POOL_TOO_SMALL = "pool-too-small", "A pool has as many connections as ever, and more are needed at once."
    CONNECTION_PER_REQUEST = "connection-per-request", "Each request makes a connection of its own; none is used again."
    TOO_FEW_CORES = "too-few-cores", "Work costs what it always did; there is too little processor time for it."
    SLOW_DEPENDENCY = "slow-dependency", "Somebody who is called answers slowly, or too late."
    DEPENDENCY_DOWN = "dependency-down", "Somebody who is called does not answer at all, or refuses."
    MISSING_TIMEOUT = "missing-timeout", "Nothing ends the wait for an answer that does not come."
    RETRY_STORM = "retry-storm", "Calls that fail are repeated without limit, and the repetitions are the load."
    SLOW_QUERY = "slow-query", "A statement got slower by itself: its plan, its size, its data."
    MISSING_INDEX = "missing-index", "An index that a statement needs is not there."
    QUERY_PER_ROW = "query-per-row", "One statement for each row of a list, instead of one for the list."
    FAR_FROM_DATA = "far-from-data", "Work is divided without regard to where its data is, which is sent after it."
    DATA_NOT_MOVED = "data-not-moved", "A place was opened without the data that is used there."
    LOCK_CONTENTION = "lock-contention", "Transactions wait for a lock that another one holds for long."
    CACHE_STAMPEDE = "cache-stampede", "What a cache kept ends for everybody at once, and everybody fetches it again."
    MEMORY_LEAK = "memory-leak", "Memory is filled and never given back: an unbounded cache, a list that only grows."
    CPU_SATURATION = "cpu-saturation", "The cores have more work than time: what is computed costs more than before."
    RUNAWAY_JOB = "runaway-job", "A scheduled job runs far more often than was meant, or does not end."
    FILES_LEFT_BEHIND = "files-left-behind", "Files that nobody needs any more are not removed."
    VOLUME_TOO_SMALL = "volume-too-small", "What is kept on purpose takes more room than there is."
    EVENT_LOOP_BLOCKED = "event-loop-blocked", "Long work is done where all other requests wait for their turn."
    CRASH_LOOP = "crash-loop", "A program ends and is started again, and again."
    BAD_DEPLOYMENT = "bad-deployment", "A release does what it should not, in a way that no other word here names."
    BAD_INSTANCE = "bad-instance", "One of several instances of a service is not like the others."
    INCOMPATIBLE_RELEASE = "incompatible-release", "A release changed what its callers read or send."
    BAD_DATA = "bad-data", "Rows are in the database that the program cannot handle."
    FEATURE_FLAG = "feature-flag", "A feature flag is switched that breaks something."
    NAME_LOOKUPS = "name-lookups", "Names are looked up more often than their server answers."
    ACCESS_NOT_GRANTED = "access-not-granted", "Somebody has lost the right to do what they could do before."
    STALE_KEY = "stale-key", "A key was replaced, and somebody checks with the old one."
    CLOCK_SKEW = "clock-skew", "The clocks of two machines differ."
    NETWORK = "network", "Connections, names or packets are lost between programs that are well."
    NOTHING_WRONG = "nothing-wrong", "The shop keeps its objectives: nothing is to be mended."


class Onset(Strict):
    """The start of the trouble, in seconds after the fault is put in force, and how exact an answer must be."""

    after: Duration
    tolerance: Duration


class Step(Strict):
    """One link of the chain from the cause to the symptom."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    effect: str


class Synonyms(Strict):
    """Other words that are accepted."""

    component: list[str] = Field(default_factory=list)
    reason: list[str] = Field(default_factory=list)


class Second(Strict):
    """Another cause, of the same incident: there are two things to mend."""

    component: str
    reason: Reason = Field(strict=False)
    synonyms: Synonyms = Synonyms()


class CauseTruth(Strict):
    """The differences for another cause of the same face."""

    component: str | None = None
    reason: Reason | None = Field(None, strict=False)
    second: Second | None = None
    explanation: str | None = Field(None, min_length=20)
    onset: Onset | None = None
    propagation: list[Step] | None = None
    synonyms: Synonyms | None = None


class Truth(Strict):
    """The cause, and other words for it."""

    schema_version: Literal[1]
    component: str | None = Field(description="The service at fault; null when nothing is wrong")
    reason: Reason = Field(strict=False)
    second: Second | None = Field(None, description="A second cause beside it, which an answer must name as well")
    explanation: str = Field(min_length=20)
    onset: Onset | None = None
    propagation: list[Step] = Field(default_factory=list)
    synonyms: Synonyms = Synonyms()
    causes: dict[str, CauseTruth] = Field(default_factory=dict, description="What differs, by cause of the face")

    @property
    def components(self) -> list[str]:
        """Every service at fault."""
        return [each for each in (self.component, self.second and self.second.component) if each]

    @property
    def reasons(self) -> list[Reason]:
        """Every cause."""
        return [self.reason, *([self.second.reason] if self.second else [])]

    def of_cause(self, name: str | None) -> "Truth":
        """The truth about one cause; raises KeyError."""
        differs = self.causes[name] if name else CauseTruth()
        update = {field: getattr(differs, field) for field in differs.model_fields_set}
        return self.model_copy(update=update | {"causes": {}})
