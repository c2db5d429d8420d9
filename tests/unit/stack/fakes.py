"""Containers without containers."""

from whodunit.stack.parts import Part, Role
from whodunit.stack.watch import Seen

ORDER = Part("order", "order", "http://order:8080", "http://order:8080/readyz", Role.SERVICE)
LOKI = Part("loki", "Loki", "http://loki:3100", "http://loki:3100/ready")
STORE = Part("store", "the store", "http://store:4318", "http://store:4318/readyz")
GRAFANA = Part("grafana", "Grafana", "http://grafana:3000", "http://grafana:3000/api/health", optional=True)


class FakeProbe:
    """Finds a container ready from the probe that follows `after`, and those in `absent` left out."""

    def __init__(self, *, after: dict[str, int] | None = None, absent: tuple[str, ...] = ()) -> None:
        self.after = after or {}
        self.absent = absent
        self.asked: dict[str, int] = {}

    async def __call__(self, part: Part) -> Seen:
        self.asked[part.name] = self.asked.get(part.name, 0) + 1
        is_absent = part.name in self.absent
        ready = not is_absent and self.asked[part.name] > self.after.get(part.name, 0)
        return Seen(part, ready, is_absent)
