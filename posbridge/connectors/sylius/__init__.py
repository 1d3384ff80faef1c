"""Sylius."""
