"""Ours: a package of others may bring a `tests` of its own, which would else be found first."""
