"""Resources are stored once and pointed to by a number that follows from their attributes."""

import hashlib
import json
from dataclasses import dataclass, field

from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from whodunit.store.attributes import columns
from whodunit.store.rows import ResourceRow
from whodunit.store.times import now_us

MOST_REMEMBERED = 1024  # each process of a service is one; this bounds memory against a stranger's telemetry


@dataclass
class Resources:
    """Turns resources into rows; remembers those it has seen, since every request repeats one."""

    _rows: dict[bytes, ResourceRow] = field(default_factory=dict)

    def row(self, resource: Resource) -> ResourceRow:
        """The row of a resource; equal attributes give the same number, in this process and any other."""
        key = resource.SerializeToString()
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= MOST_REMEMBERED:
                self._rows.clear()
            row = self._rows[key] = _row(resource)
        return row


def _row(resource: Resource) -> ResourceRow:
    keys, values, typed_keys, types = columns(resource.attributes)
    attributes = dict(zip(keys, values, strict=True))
    told = json.dumps([attributes, dict(zip(typed_keys, types, strict=True))], sort_keys=True)
    digest = hashlib.blake2b(told.encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big") >> 1  # fits the signed column
    service = attributes.get("service.name", "unknown_service")
    return ResourceRow(number, service, keys, values, typed_keys, types, now_us())
