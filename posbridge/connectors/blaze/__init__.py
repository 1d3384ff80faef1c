"""Blaze: the point of sale of dispensaries, reached through its partner API."""
