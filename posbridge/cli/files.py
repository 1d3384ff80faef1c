"""Order files, as `order add` and `coupon check` read them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from posbridge.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from posbridge.domain.basket import Basket
    from posbridge.services import Services
    from posbridge.services.drafts import OrderDraft


def draft_from(file: Path) -> OrderDraft:
    """The order that a file describes; "-" is standard input. Raises DomainError, ConfigurationError."""
    from posbridge.services.drafts import read_draft

    return read_draft(sys.stdin.read() if str(file) == "-" else _text(file))


async def basket_from(services: Services, file: Path | None) -> Basket:
    """The lines and the customer of an order file as a basket, without its codes; an empty one for None."""
    from posbridge.domain.basket import Basket
    from posbridge.domain.ids import uuid7
    from posbridge.services.capture import Capture

    house = services.house
    if file is None:
        return Basket(id=uuid7(house.clock()), currency=(await services.settings.get()).currency)
    draft = draft_from(file).model_copy(update={"codes": (), "customer": None})
    return await Capture(house).basket(draft)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error}.", next_step="Give a JSON file that this user may read."
        ) from error
