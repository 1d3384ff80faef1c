"""Our own cursors: a few words in one text, which only the connector that made it reads."""

from __future__ import annotations

import json

from posbridge.connectors.errors import ValidationError


def place_of(cursor: str | None, label: str) -> dict[str, str]:
    """What a cursor remembers; empty for none. Raises ValidationError for one that is not of this system (`label`)."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
    except ValueError as problem:
        raise ValidationError(f"This cursor is not one of {label}'s.") from problem
    if not isinstance(place, dict):
        raise ValidationError(f"This cursor is not one of {label}'s.")
    return {str(name): str(value) for name, value in place.items()}


def cursor_of(**place: str) -> str:
    """The cursor that remembers these; equal words give an equal text, empty ones are left out."""
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True)
