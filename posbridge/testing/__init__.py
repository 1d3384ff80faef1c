"""Shipped tools for tests: builders of domain objects and the kit that any connector can run."""
