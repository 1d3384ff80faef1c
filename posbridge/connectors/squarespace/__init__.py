"""Squarespace: an online shop."""
