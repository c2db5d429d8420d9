"""The resource of a process: what all its telemetry says of where it comes from."""

from opentelemetry.sdk.resources import Resource


class KeptResource(Resource):
    """A resource that works its hash out once.

    The SDK writes it as JSON to hash it, for each span and log record that an exporter sorts by resource.
    """

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource.attributes, resource.schema_url)
        self._kept_hash = super().__hash__()

    def __hash__(self) -> int:
        return self._kept_hash
