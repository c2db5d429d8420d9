"""The catalogue and what is generated from it."""

from importlib.resources import files

import pytest
from pydantic import ValidationError

from whodunit.faults import flagfile
from whodunit.faults.catalogue import DEPLOYED, Catalogue, Entry, read
from whodunit.faults.generate import document


def test_the_flag_file_is_generated_from_the_catalogue() -> None:
    committed = files("flags").joinpath("flags.flagd.json").read_text(encoding="utf-8")
    assert committed == flagfile.render(document(read())), "run: python -m whodunit.faults.generate"


def test_the_flags_of_this_release() -> None:
    kinds = {key: entry.kind for key, entry in read().flags.items()}
    assert kinds == {
        "credentials-connection-held": "fault",
        "credentials-release-connection": "remedy",
        "credentials-larger-pool": "remedy",
        "gateway-slow": "fault",
        "payment-pool-exhaustion": "fault",
        "payment-release-connection": "remedy",
        "payment-larger-pool": "remedy",
        "payment-gateway-breaker": "remedy",
        "productCatalogFailure": "product",
        "product-catalog-drain": "remedy",
        "product-catalog-flag-notice": "remedy",
        "product-catalog-hot-reads": "remedy",
        "recommendation-catalog-breaker": "remedy",
        "recommendation-fallback": "remedy",
        "product-prices-import": "fault",
        "product-prices-repair": "remedy",
        "product-ratings-emptied": "fault",
        "product-ratings-job-stopped": "remedy",
        "product-reviews-cache": "remedy",
        "product-reviews-index": "remedy",
        "product-reviews-one-query": "remedy",
        "product-reviews-per-product": "fault",
        "product-reviews-unindexed": "fault",
        "recommendation-insistent": "fault",
        "recommendationCacheFailure": "product",
        "recommendation-bounded-cache": "remedy",
        "cartDeliveryNote": "product",
        "certificate-notice": "decoy",
        "breach-search-fallback": "remedy",
        "breach-search-timeout": "remedy",
        "breach-search-unbounded": "fault",
        "breached-passwords-hang": "fault",
        "credentials-close-connections": "remedy",
        "user-cheaper-hash": "remedy",
        "payment-close-declined": "remedy",
        "order-backup-close-connections": "remedy",
        "order-backup-daily": "remedy",
        "order-backup-own-volume": "remedy",
        "order-backup-retention": "remedy",
        "order-backup-runaway": "fault",
        "order-larger-volume": "remedy",
        "order-receipts-beside": "remedy",
        "order-receipts-tidy": "remedy",
        "order-report": "fault",
        "order-report-unlocked": "remedy",
        "order-stop-report": "remedy",
        "frontend-history-batch": "remedy",
        "frontend-history-breaker": "remedy",
        "frontend-history-locality": "remedy",
        "frontend-history-weighted": "remedy",
        "frontend-second-region": "fault",
        "frontend-larger-pool": "remedy",
        "frontend-order-connections": "fault",
        "order-more-cores": "remedy",
        "order-processor-limit": "fault",
        "payment-connection-each": "fault",
        "payment-keep-alive": "remedy",
        "history-index": "remedy",
        "history-more-nodes": "remedy",
        "history-unindexed": "fault",
        "inventory-confirm-first": "remedy",
        "inventory-remember-sales": "remedy",
        "inventory-sales-archive": "fault",
        "order-backoff": "remedy",
        "order-retry-budget": "remedy",
        "supplier-slow": "fault",
        "payment-settlement": "fault",
        "payment-settlement-unlocked": "remedy",
        "payment-stop-settlement": "remedy",
        "accounts-reinstated": "remedy",
        "accounts-suspended": "fault",
        "frontend-fresh-keys": "remedy",
        "frontend-keys-kept": "fault",
        "token-clock": "fault",
        "token-clock-set": "remedy",
        "token-key-rotation": "fault",
        "user-keep-alive": "remedy",
    } | {
        f"{service}-{deed}": kind
        for service in DEPLOYED
        for deed, kind in {"deployment": "fault", "rollback": "remedy", "restart": "remedy"}.items()
    }


def test_a_release_in_which_nothing_is_wrong_can_be_deployed_everywhere() -> None:
    flags = read().flags
    assert {service: list(flags[f"{service}-deployment"].variants)[:2] for service in DEPLOYED} == {
        service: ["off", "innocent"] for service in DEPLOYED
    }
    assert flags["payment-rollback"].answers == ("payment-deployment",)


def test_every_fault_and_every_feature_has_a_remedy() -> None:
    flags = read().flags
    answered = {flag.partition("/")[0] for entry in flags.values() for flag in entry.answers}
    harmless = {"cartDeliveryNote", "certificate-notice"}
    assert answered == {key for key, entry in flags.items() if entry.kind != "remedy"} - harmless


def entry(**changes: object) -> dict[str, object]:
    usual = {"kind": "fault", "service": "a", "description": "d", "variants": {"off": "", "on": ""}}
    return usual | changes


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"variants": {"on": "", "off": ""}}, "first variant"),
        ({"variants": {"off": ""}}, "at least 2"),
        ({"answers": ("b",)}, "only a remedy"),
        ({"kind": "remedy"}, "is an action"),
        ({"action": "restart"}, "only a remedy"),
        ({"kind": "remedy", "answers": ("b",), "action": "hope"}, "Input should be"),
        ({"owner": "me"}, "Extra inputs"),
        ({"kind": "joke"}, "Input should be"),
    ],
)
def test_a_wrong_entry_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Entry.model_validate(entry(**changes))


def test_a_remedy_may_answer_a_feature_of_the_shop() -> None:
    flags = {"a": entry(kind="product"), "b": entry(kind="remedy", answers=("a",), action="restart")}
    assert Catalogue.model_validate({"flags": flags}).flags["b"].answers == ("a",)


def test_a_remedy_for_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="do not exist"):
        Catalogue.model_validate({"flags": {"b": entry(kind="remedy", answers=("a",), action="restart")}})
