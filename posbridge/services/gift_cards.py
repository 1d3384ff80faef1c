"""Gift cards: looked up, held for a basket, charged with the sale, and given back when there was no sale.

A card of the store's own ledger is charged inside the sale's transaction. A platform's card is charged before it,
journalled at each step (held → redeeming → redeemed → captured), so that `settle` can give back what a crash or a
lost reply left between two steps. The hold's id is the key of the redeem, its `<id>:back` that of the way back.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from posbridge.connectors.contract import Connection, GiftCardMove, GiftCardService
from posbridge.domain.errors import ConfigurationError, ConnectorError, DomainError, NotFound, PosbridgeError
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.ids import ALPHABET, uuid7
from posbridge.domain.money import Money
from posbridge.domain.order import Tender, TenderKind
from posbridge.security.redaction import contains_card_number
from posbridge.services import asking
from posbridge.services.gift_card_calls import CardCall
from posbridge.services.gift_card_doubts import doubts_of
from posbridge.services.gift_card_settling import Settled, Settling
from posbridge.services.house import House
from posbridge.store import audit
from posbridge.store import gift_card_holds as holds
from posbridge.store import gift_cards as own
from posbridge.store.gift_card_holds import HoldRow
from posbridge.store.transaction import Transaction

OWN = "posbridge"
#: Seconds a customer waits for a balance.
ANSWER_S = 5.0


@dataclass(frozen=True)
class CardAnswer:
    """A card and who issued it: `issuer` is a name for people; `connection_id` is "" for the store's own cards.

    `balance_only`: its issuer lets no program take anything off.
    """

    card: GiftCard
    issuer: str
    connection_id: str = ""
    balance_only: bool = False


class GiftCards:
    """Every verb may raise VaultLocked (codes are sealed), and ConnectorError for cards that a platform issued."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._settling = Settling(house)

    async def balance(self, code: str) -> CardAnswer:
        """The card of this code: ours, or of the first platform that knows it, POS first.

        Raises NotFound when every issuer was asked and none has it; the platform's error when one could not be asked.
        """
        code = _checked(code)
        mine = await self._house.store.read(own.find, code, self._house.vault, self._house.clock())
        if mine is not None:
            return CardAnswer(mine, OWN)
        return await self._outside(code)

    async def issue(
        self, amount: Money, key: str, *, code: str = "", days: int | None = None, who: str = ""
    ) -> CardAnswer:
        """A new card of the store's own with `amount` on it, lasting `days`; the same key issues it once.

        Raises DomainError when the code is taken or looks like a payment card's number.
        """
        code = _checked(code) if code else _new_code()
        _require_positive(amount)
        if contains_card_number(code):
            raise DomainError("This code could be a payment card's number.", next_step="Choose another code.")
        await self._house.store.write(self._issue, code, amount, key, days, who)
        return await self.balance(code)

    async def redeem(self, code: str, amount: Money, key: str, *, who: str = "") -> GiftCardMove:
        """Takes `amount` off at once, for no sale of this till; the same key takes it once.

        Raises DomainError or ValidationError when the card holds less; OutcomeUnknown when the issuer gave no clear
        answer: then ask again with the same key.
        """
        code, now = _checked(code), self._house.clock()
        _require_positive(amount)
        mine = await self._house.store.read(own.find, code, self._house.vault, now)
        if mine is not None:
            return await self._house.store.write(self._redeem_own, mine.id, amount, key, who)
        connection, service, _ = await self._issuer(code)
        doubts = doubts_of(self._house, connection, service)
        move = await CardCall(service, code, amount, key, doubts=doubts).redeem()
        await self._house.store.write(self._note, "gift_card_redeem", connection.id, amount, move.id, who)
        return move

    async def refund(self, code: str, amount: Money, key: str, *, move_id: str = "", who: str = "") -> GiftCardMove:
        """Puts `amount` back, of the redeem `move_id` where the platform wants to know it. Errors as for `redeem`."""
        code, now = _checked(code), self._house.clock()
        _require_positive(amount)
        mine = await self._house.store.read(own.find, code, self._house.vault, now)
        if mine is not None:
            return await self._house.store.write(self._refund_own, mine.id, amount, key, who)
        connection, service, _ = await self._issuer(code)
        doubts = doubts_of(self._house, connection, service)
        move = await CardCall(service, code, amount, key, doubts=doubts).refund(move_id)
        await self._house.store.write(self._note, "gift_card_refund", connection.id, amount, move.id, who)
        return move

    async def hold(self, basket_id: UUID, code: str, amount: Money) -> HoldRow:
        """Sets `amount` aside for the basket until the hold ends (15 minutes, a setting); `tender` makes it a tender.

        A platform's card is charged only when the sale is paid; its balance is checked now. Raises DomainError when
        the card holds less or cannot be used.
        """
        code, house = _checked(code), self._house
        now = house.clock()
        settings = await house.settings.get()
        ends, hold_id = now + timedelta(seconds=settings.hold_s), uuid7(now)
        _require_positive(amount)
        answer = await self.balance(code)
        if not answer.connection_id:
            return await house.store.write(
                holds.hold, hold_id, answer.card.id, code, amount, basket_id, now, ends, house.vault
            )
        _require_chargeable(answer)
        _require_usable(answer.card, amount)
        return await house.store.write(
            holds.hold_outside, hold_id, answer.connection_id, code, amount, basket_id, now, ends, house.vault
        )

    async def release(self, hold_id: UUID | str) -> str:
        """No sale comes of it: gives the hold back. "released", or "releasing" when the platform cannot be asked now.

        Raises DomainError when it paid an order, NotStored.
        """
        return await self._settling.give_back(hold_id)

    async def of_basket(self, basket_id: UUID) -> list[HoldRow]:
        """The basket's holds that are still alive."""
        return await self._house.store.read(holds.of_basket, basket_id)

    @asynccontextmanager
    async def charged(self, tenders: Sequence[Tender]) -> AsyncIterator[None]:
        """Around the sale's transaction: the platforms' cards among `tenders` are charged before the block.

        If charging or the block fails, what was charged here is given back (at once, or by `settle`). Raises the
        platform's refusal, OutcomeUnknown, or DomainError when a hold has ended or is being paid elsewhere.
        """
        taken: list[str] = []
        charged: list[str] = []
        try:
            for hold_id in dict.fromkeys(_refs(tenders)):
                await self._settling.take(hold_id)
                taken.append(hold_id)
                if await self._chargeable(hold_id):
                    charged.append(hold_id)
                    await self._charge(hold_id)
            yield
        except BaseException:
            for hold_id in charged:
                await self._settling.let_go(hold_id)
            raise
        finally:
            for hold_id in taken:
                self._settling.put_down(hold_id)

    async def settle(self, **times: float) -> Settled:
        """Gives back what ended holds, crashes and lost replies left; safe to call at any time, by any process."""
        return await self._settling.settle(**times)

    async def _chargeable(self, hold_id: str) -> bool:
        """Whether the platform must be asked for this hold now. Raises DomainError when it pays nothing any more."""
        row = await self._house.store.read(holds.get, hold_id)
        if row.state in ("releasing", "released"):
            raise DomainError("The hold on the gift card has ended.", code="hold_ended", next_step="Add it again.")
        if row.state == "held" and row.expires_at <= self._house.clock():
            raise DomainError("The hold on the gift card has ended.", code="hold_expired", next_step="Add it again.")
        return row.connection_id is not None and row.state in ("held", "redeeming")

    async def _charge(self, hold_id: str) -> None:
        """Redeems one outside hold; each step is on disk before the next request leaves.

        One that a crash left in `redeeming` is sent again under its key, which takes the money once.
        """
        house = self._house
        row = await house.store.read(holds.get, hold_id)
        call = await self._settling.call_of(row)
        if row.state == "held":
            await house.store.write(holds.redeeming, hold_id, house.clock())
        else:
            call.doubt = True
        try:
            move = await call.redeem()
        except ConnectorError:
            await self._settling.refused(hold_id, call.doubt)
            raise
        await house.store.write(holds.redeemed, hold_id, house.clock(), move.id)

    async def _outside(self, code: str) -> CardAnswer:
        connection, _, card = await self._issuer(code)
        facts = self._house.registry.connector(connection.platform).facts
        only = facts.capabilities.gift_cards_balance_only
        return CardAnswer(card, asking.label_of(self._house, connection), connection.id, only)

    async def _issuer(self, code: str) -> tuple[Connection, GiftCardService, GiftCard]:
        """The platform that knows the card, and what it says of it."""
        problem: PosbridgeError | None = None
        for connection in await asking.enabled(self._house):
            try:
                service = (await self._house.registry.services(connection)).gift_cards
                if service is not None:
                    card = await asking.ask(self._house, connection, service.balance(code), ANSWER_S)
                    return connection, service, card
            except NotFound:
                continue
            except (ConnectorError, ConfigurationError) as error:
                self._house.health.bad(connection.id, error)
                problem = problem or error
        raise problem or NotFound("No gift card has this code.", next_step="Check the code, or take another tender.")

    def _issue(self, tx: Transaction, code: str, amount: Money, key: str, days: int | None, who: str) -> None:
        now = self._house.clock()
        ends = None if days is None else now + timedelta(days=days)
        card_id = own.issue(tx, code, amount, key, now, self._house.vault, expires_at=ends)
        self._note(tx, "gift_card_issue", "", amount, card_id, who)

    def _redeem_own(self, tx: Transaction, card_id: str, amount: Money, key: str, who: str) -> GiftCardMove:
        move = own.redeem(tx, card_id, amount, key, self._house.clock())
        self._note(tx, "gift_card_redeem", "", amount, str(move.id), who)
        return _own_move(tx, card_id, str(move.id), amount)

    def _refund_own(self, tx: Transaction, card_id: str, amount: Money, key: str, who: str) -> GiftCardMove:
        move = own.refund(tx, card_id, amount, key, self._house.clock())
        self._note(tx, "gift_card_refund", "", amount, str(move.id), who)
        return _own_move(tx, card_id, str(move.id), amount)

    def _note(self, tx: Transaction, action: str, connection_id: str, amount: Money, move_id: str, who: str) -> None:
        detail = {"amount": amount.amount, "currency": amount.currency, "connection": connection_id or OWN}
        audit.add(
            tx, action, self._house.clock(), vault=self._house.vault, who=who, object_kind="gift_card",
            object_id=move_id, detail=detail,
        )  # fmt: skip


def _require_chargeable(answer: CardAnswer) -> None:
    if answer.balance_only:
        raise DomainError(
            f"{answer.issuer} only tells what is on this card.", code="balance_only",
            next_step="Take the amount off at its own register and enter it as another way of paying.",
        )  # fmt: skip


def tender(hold: HoldRow, tender_id: str) -> Tender:
    """The tender that a hold pays with."""
    return Tender(
        id=tender_id, kind=TenderKind.GIFT_CARD, amount=hold.amount.amount, gift_card=hold.masked, gift_card_ref=hold.id
    )


def capture(tx: Transaction, tenders: Sequence[Tender], currency: str, order_id: UUID, house: House) -> None:
    """Ties the gift cards among `tenders` to their order, in the order's transaction (within `charged`).

    The order's row must be there already. Raises DomainError when a tender is not what its hold set aside.
    """
    for each in tenders:
        if each.kind is not TenderKind.GIFT_CARD:
            continue
        if not each.gift_card_ref:
            raise DomainError("A gift card pays with an amount that was held.", next_step="Add the gift card again.")
        row = holds.get(tx, each.gift_card_ref)
        if row.amount != Money(amount=each.amount, currency=currency):
            raise DomainError("The gift card's amount is not the one that was held.", next_step="Add it again.")
        holds.capture(tx, row.id, order_id, house.clock())


def _refs(tenders: Sequence[Tender]) -> list[str]:
    return [each.gift_card_ref for each in tenders if each.kind is TenderKind.GIFT_CARD and each.gift_card_ref]


def _own_move(tx: Transaction, card_id: str, move_id: str, amount: Money) -> GiftCardMove:
    left = Money(amount=own.balance(tx, card_id), currency=amount.currency)
    return GiftCardMove(id=move_id, amount=amount, balance=left)


def _new_code() -> str:
    letters = ALPHABET[10:]
    return letters[secrets.randbelow(len(letters))] + "".join(secrets.choice(ALPHABET) for _ in range(15))


def _checked(code: str) -> str:
    typed = code.strip()
    if not typed:
        raise DomainError("A gift card has a code.")
    return typed


def _require_positive(amount: Money) -> None:
    if amount.amount <= 0:
        raise DomainError("A gift card is charged or credited with an amount above zero.")


def _require_usable(card: GiftCard, amount: Money) -> None:
    if card.status is not GiftCardStatus.ACTIVE:
        raise DomainError(f"This gift card is {card.status.value}.", code="gift_card_inactive")
    if card.balance.currency != amount.currency:
        raise DomainError(f"This gift card is in {card.balance.currency}.", code="gift_card_currency")
    if amount > card.balance:
        raise DomainError(
            f"The gift card holds {card.balance.plain()} {card.balance.currency}.", code="gift_card_balance",
            left=card.balance,
        )  # fmt: skip
