"""A process that may use a share of a core."""

from dataclasses import dataclass, field

from kit.cpu_keeper import BURST_S, LOOK_EVERY_S, RESUME_S, keep


@dataclass
class Worker:
    """Computes all the time, unless it is stopped; its time passes while its keeper waits."""

    seconds: float
    stops: bool = True
    now_s: float = 0.0
    used: float = 0.0
    ran_until: list[float] = field(default_factory=list)
    stopped: bool = False

    def used_s(self) -> float:
        return self.used

    def stop(self) -> None:
        self.stopped = True
        self.ran_until.append(self.now_s)

    def resume(self) -> None:
        self.stopped = False

    def clock(self) -> float:
        return self.now_s

    def wait(self) -> bool:
        self.now_s += LOOK_EVERY_S
        if not self.stopped:
            self.used += LOOK_EVERY_S
        return self.now_s < self.seconds


def test_who_computes_all_the_time_gets_its_share_and_no_more() -> None:
    worker = Worker(60)
    keep(worker, 0.1, worker.clock, worker.wait)
    assert abs(worker.used - 0.1 * (60 + BURST_S)) < 0.1
    assert not worker.stopped, "it runs when nobody keeps it any more"


def test_what_was_left_over_may_be_used_at_once() -> None:
    worker = Worker(10)
    keep(worker, 0.5, worker.clock, worker.wait)
    first = worker.ran_until[0]
    assert abs(first - BURST_S) < 4 * LOOK_EVERY_S, "two seconds' share at once, while half as much comes in again"


def test_it_is_stopped_for_moments() -> None:
    worker = Worker(60)
    keep(worker, 0.1, worker.clock, worker.wait)
    pauses = [later - earlier for earlier, later in zip(worker.ran_until[1:], worker.ran_until[2:], strict=False)]
    assert max(pauses) < 2 * RESUME_S


def test_who_fails_meanwhile_leaves_it_running() -> None:
    class Gone(Worker):
        def used_s(self) -> float:
            if self.now_s > 5:
                raise ProcessLookupError
            return super().used_s()

    worker = Gone(60)
    try:
        keep(worker, 0.1, worker.clock, worker.wait)
    except ProcessLookupError:
        assert not worker.stopped
    else:
        raise AssertionError("its end was not told")
