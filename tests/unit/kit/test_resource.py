"""A resource whose hash is kept."""

from opentelemetry.sdk.resources import Resource

from kit.resource import KeptResource


def test_it_is_the_same_to_whoever_compares_and_hashes_it() -> None:
    resource = Resource.create({"service.name": "order"})
    kept = KeptResource(resource)
    assert kept == resource
    assert hash(kept) == hash(resource)
    assert {resource: 1}[kept] == 1
    assert kept.merge(Resource({"service.version": "1"})).attributes["service.version"] == "1"
