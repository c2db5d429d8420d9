from whodunit.telemetry.stack.service_map import Between

SHOP = Between(
    {
        ("load-generator", "frontend-proxy"),
        ("frontend-proxy", "frontend"),
        ("frontend", "order"),
        ("order", "payment"),
        ("order", "order"),
        ("frontend", "recommendation"),
        ("recommendation", "product-catalog"),
    },
    {("load-generator", "frontend"), ("frontend", "product-catalog"), ("recommendation", "product-catalog")},
)


def test_a_proxy_stands_between_a_caller_and_the_peer_that_it_names() -> None:
    assert SHOP.proxy("load-generator", "frontend") == "frontend-proxy"


def test_who_calls_directly_has_no_proxy() -> None:
    assert SHOP.proxy("frontend", "order") is None
    assert SHOP.proxy("order", "payment") is None


def test_a_service_that_calls_the_same_peer_is_no_proxy() -> None:
    assert SHOP.proxy("frontend", "product-catalog") is None


def test_external_peers_and_databases_have_none_either() -> None:
    assert SHOP.proxy("payment", "gateway") is None
    assert SHOP.proxy("order", "postgresql order") is None
    assert Between(set(), set()).proxy("load-generator", "frontend") is None
