"""Discount codes: asked of the platforms while the customer waits, else answered from what they last said."""

from __future__ import annotations

from datetime import datetime

from posbridge.connectors.contract import Connection
from posbridge.domain import discounts as rules
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.discount import DiscountAnswer, DiscountRefusal, DiscountSource
from posbridge.domain.errors import ConfigurationError, ConnectorError, DomainError, VaultLocked
from posbridge.domain.pricing import price
from posbridge.services import asking, translated
from posbridge.services.house import House
from posbridge.store import discounts as kept
from posbridge.store.discounts import CachedDiscount

UNPROVED = "unproved"


def unproved_codes(basket: Basket) -> frozenset[str]:
    """The basket's codes that were accepted without their platform's answer."""
    return frozenset(discount.code for discount in basket.discounts if discount.extra.get(UNPROVED))


class Discounts:
    """What a typed code is worth. A refusal is an answer; only an empty code or a wrong setting is an error."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def check(self, code: str, basket: Basket, connection: str | None = None) -> DiscountAnswer:
        """The platforms' word for `code` on this basket, POS first, or that of one connection.

        The first platform that knows the code decides. A platform that does not answer within the time a customer
        waits (3 s, a setting) is answered for by its last list, marked with the source CACHE, when that is allowed:
        such a code is unproved. Refusals: UNKNOWN nobody knows it, OFFLINE nobody could be asked, UNSUPPORTED no
        connected system has codes. For an empty basket nothing that depends on goods is judged.
        """
        typed = code.strip()
        if not typed:
            raise DomainError("Type a discount code.")
        settings = await self._house.settings.get()
        priced = price(basket, settings.taxes)
        answers = [
            await self._answer(each, typed, basket, priced, settings.code_wait_s, settings.offline_codes)
            for each in await self._asked(connection)
        ]
        best = _best(typed, [answer for answer in answers if answer is not None], self._house.clock())
        return best if basket.lines else await self._without_goods(best)

    async def listed(self, connection: str | None = None, limit: int = 500) -> list[CachedDiscount]:
        """The codes that the platforms gave for the time without network, by code."""
        return await self._house.store.read(kept.listed, connection, self._house.vault, limit)

    async def _asked(self, connection: str | None) -> list[Connection]:
        if connection is not None:
            return [await asking.one(self._house, connection)]
        return await asking.enabled(self._house)

    async def _answer(
        self, connection: Connection, code: str, basket: Basket, priced: PricedBasket, wait_s: float, offline: bool
    ) -> DiscountAnswer | None:
        """One connection's word; None when it has no codes."""
        try:
            service = (await self._house.registry.services(connection)).discounts
            if service is None:
                return None
            theirs = await self._house.store.read(translated.theirs, connection.id, priced)
            asked = service.validate(code, theirs, self._house.clock())
            answer = await asking.ask(self._house, connection, asked, wait_s)
            return await self._house.store.read(translated.answered, connection.id, answer)
        except (ConnectorError, ConfigurationError, VaultLocked) as error:
            self._house.health.bad(connection.id, error)
            return await self._from_cache(connection, code, basket) if offline else _refused(code, "OFFLINE")

    async def _from_cache(self, connection: Connection, code: str, basket: Basket) -> DiscountAnswer:
        every = await self._house.store.read(kept.by_code, code, self._house.vault)
        known = next((each for each in every if each.connection_id == connection.id), None)
        if known is None:
            return _refused(code, "OFFLINE")
        mine = await self._house.store.read(translated.ours, connection.id, known.discount)
        marked = mine.model_copy(update={"extra": {**mine.extra, UNPROVED: True}})
        return DiscountAnswer(
            code=code, discount=marked, refusal=rules.check(marked, basket, self._house.clock()),
            source=DiscountSource.CACHE, checked_at=known.read_at,
        )  # fmt: skip

    async def _without_goods(self, answer: DiscountAnswer) -> DiscountAnswer:
        """For an empty basket: a code that only lacks goods counts, as the platform last described it."""
        if answer.refusal not in _OF_GOODS:
            return answer
        if answer.discount is not None:
            return answer.model_copy(update={"refusal": None})
        known = await self._house.store.read(kept.by_code, answer.code, self._house.vault)
        if not known:
            return answer
        update = {"refusal": None, "discount": known[0].discount, "checked_at": known[0].read_at}
        return answer.model_copy(update={**update, "source": DiscountSource.CACHE})


def _refused(code: str, refusal: str) -> DiscountAnswer:
    return DiscountAnswer(code=code, refusal=DiscountRefusal[refusal], source=DiscountSource.CACHE)


#: What only goods can fulfil.
_OF_GOODS = (
    DiscountRefusal.NOT_FOR_BASKET,
    DiscountRefusal.MINIMUM_SPEND,
    DiscountRefusal.MINIMUM_QUANTITY,
)


def _best(code: str, answers: list[DiscountAnswer], now: datetime) -> DiscountAnswer:
    """The first that knows the code; else whether somebody could not be asked, else that nobody knows it."""
    ranks = {DiscountRefusal.UNKNOWN: 3, DiscountRefusal.OFFLINE: 2, DiscountRefusal.UNSUPPORTED: 4}
    ordered = sorted(answers, key=lambda answer: 0 if answer.valid else ranks.get(_refusal(answer), 1))
    if not ordered:
        return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, checked_at=now)
    best = ordered[0]
    return best if best.checked_at is not None else best.model_copy(update={"checked_at": now})


def _refusal(answer: DiscountAnswer) -> DiscountRefusal:
    return answer.refusal or DiscountRefusal.UNKNOWN
