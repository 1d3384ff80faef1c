"""A simulated Shopify store: the part of the GraphQL Admin API that tills and shops use."""

from __future__ import annotations

from posbridge.sandbox.shopify.app import ShopifySimulator

__all__ = ["ShopifySimulator"]
