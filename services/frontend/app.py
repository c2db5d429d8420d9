"""The frontend, wired together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from opentelemetry import metrics
from starlette.middleware.sessions import SessionMiddleware
from starlette.staticfiles import StaticFiles

from kit.connections import Connections
from kit.http import PeerClient, peer_client
from kit.platform import Platform
from kit.regions import REGIONS, round_trip_s
from kit.service import build
from kit.variants import Choice, Option
from services.frontend import accounts, browsers, catalog, endpoints, identity, orders, pages, recommendation
from services.frontend.history.balancing import Balancers, Route, by_region, with_the_west_apart
from services.frontend.history.histories import Histories
from services.frontend.history.insistence import AtOnce, Breaker, Insistence
from services.frontend.history.nodes import TIMEOUT, Nodes
from services.frontend.history.outlines import BATCHED, BY_FIGURE, BY_SITE
from services.frontend.history.telemetry import Telemetry
from services.frontend.pages import failures
from services.frontend.peer import Peer
from services.frontend.render import Renderer
from services.frontend.service import Shop
from services.frontend.settings import Settings
from services.frontend.variants import KeptKeyRing

QUIET_HOURS = Connections(most=4)
"""A checkout keeps one for half a second: enough for eight checkouts a second."""

Pool = Choice[Connections]

DEPLOYMENT = "frontend-deployment"

DELIVERY = "Ordered by noon, delivered tomorrow."


def create_app(settings: Settings, platform: Platform) -> FastAPI:
    """The application; its clients live as long as its lifespan."""
    renderer = Renderer(settings.browser_sample_ratio)
    listener = browsers.listener(settings.telemetry_url, platform, renderer.pages)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.shop = shop = _open_shop(settings, platform)
        try:
            yield
        finally:
            await shop.close()
            await listener.receiver.close()

    app = build("frontend", platform, endpoints.router, pages.router, browsers.router, lifespan=lifespan)
    app.state.renderer = renderer
    app.state.listener = listener
    app.mount("/static", StaticFiles(packages=[("services.frontend", "static")]), name="static")
    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.session_secret.get_secret_value(),
        max_age=settings.session_max_age_s,
        https_only=settings.session_https_only,
    )
    failures.install(app)
    return app


def _open_shop(settings: Settings, platform: Platform) -> Shop:
    def client(peer: str, url: str, timeout: httpx.Timeout, connections: Pool | None = None) -> PeerClient:
        return peer_client(peer, url, timeout=timeout, platform=platform, connections=connections)

    return Shop(
        catalog.Catalog(client("product-catalog", settings.product_catalog_url, catalog.TIMEOUT)),
        recommendation.Recommender(
            client("recommendation", settings.recommendation_url, httpx.Timeout(recommendation.TIMEOUT_S))
        ),
        accounts.Accounts(client("user", settings.user_url, accounts.TIMEOUT)),
        orders.Orders(client("order", settings.order_url, orders.TIMEOUT, _connections_to_order(platform))),
        _identities(platform, identity.KeySource(client("token", settings.token_url, identity.TIMEOUT))),
        _histories(settings, platform),
        Choice[str | None](platform.product_flags, None, Option("cartDeliveryNote", "on", DELIVERY)),
    )


def _identities(platform: Platform, source: identity.KeySource) -> identity.Identities:
    usual = identity.KeyRing(source.fetch)
    ring = Choice[identity.Keys](
        platform.variants,
        usual,
        Option("frontend-fresh-keys", "on", usual),
        Option("frontend-keys-kept", "on", KeptKeyRing(usual)),
    )
    return identity.Identities(source, ring, metrics.get_meter("shop.frontend"))


def _connections_to_order(platform: Platform) -> Pool:
    usual = Connections()
    return Choice(
        platform.variants,
        usual,
        Option("frontend-larger-pool", "on", usual),
        Option("frontend-order-connections", "on", QUIET_HOURS),
    )


def _histories(settings: Settings, platform: Platform) -> Histories:
    telemetry = Telemetry()
    balancers = Balancers(
        Choice(platform.variants, REGIONS, Option("history-more-nodes", "on", (*settings.history_nodes,)))
    )
    nodes = Nodes(
        {
            (region, node): _node(region, node, settings, platform)
            for region in REGIONS
            for node in settings.history_nodes
        },
        Choice[Route](
            platform.variants,
            by_region(balancers.nearest),
            Option("frontend-history-locality", "on", by_region(balancers.nearest)),
            Option("frontend-history-weighted", "on", by_region(balancers.weighted)),
            Option("frontend-second-region", "on", with_the_west_apart(balancers.nearest)),
            Option(DEPLOYMENT, "takes-turns", by_region(balancers.in_turn)),
        ),
        balancers.weighted,
        Choice[Insistence](platform.variants, AtOnce(), Option("frontend-history-breaker", "on", Breaker())),
        telemetry,
    )
    outline = Choice(
        platform.variants,
        BY_FIGURE,
        Option("frontend-history-batch", "on", BATCHED),
        Option(DEPLOYMENT, "by-site", BY_SITE),
    )
    return Histories(nodes, outline, telemetry)


def _node(region: str, node: str, settings: Settings, platform: Platform) -> Peer:
    """A node over the link from a region: visitors come in by the shop's entry that is nearest to them."""
    name, distance_s = f"history-{node}", round_trip_s(region, node.partition("-")[0])
    url = settings.history_nodes[node]
    return Peer(name, peer_client(name, url, timeout=TIMEOUT, platform=platform, round_trip_s=distance_s))
