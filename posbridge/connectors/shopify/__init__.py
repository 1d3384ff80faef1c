"""Shopify: its shops, reached through the GraphQL Admin API."""
