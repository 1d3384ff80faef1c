"""The counter's law: purchase limits, the age check, the medical card. Off until a manager chooses rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from posbridge.domain import limits
from posbridge.domain.aamva import ScannedLicence, parse_licence
from posbridge.domain.age import AgeCheck, AgeProof, age_needed, age_on, require_age, require_valid
from posbridge.domain.basket import Basket
from posbridge.domain.categories import CategoryTree
from posbridge.domain.counting import limit_use
from posbridge.domain.customer import Allotment
from posbridge.domain.errors import DomainError
from posbridge.domain.limits import Audience, Counted, LimitRules, LimitUse, Meter
from posbridge.services.house import House
from posbridge.services.settings import Settings
from posbridge.store import audit, catalog, orders
from posbridge.store import baskets as rows
from posbridge.store.errors import NotStored
from posbridge.store.transaction import Transaction
from posbridge.sync.rulebook import sample_limits, shelves

_BEFORE = 1000


@dataclass(frozen=True)
class CounterState:
    """What the counter shows of a basket. `age_needed` 0: nobody has to be asked; `problem` stops the payment."""

    audience: Audience | None
    region: str
    source: str
    as_of: date | None
    meters: tuple[Meter, ...]
    allotments: tuple[Allotment, ...]
    age_needed: int
    age_check: AgeCheck | None
    medical_expires: date | None
    problem: DomainError | None


class Counter:
    """Checks who buys, and how much."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def state(self, basket_id: UUID) -> CounterState:
        """How the basket stands against the rules."""
        return await self._house.store.read(self._state, basket_id)

    async def scan_licence(self, basket_id: UUID, barcode: str, who: str) -> ScannedLicence:
        """Checks the age by a scanned licence; who did is kept with the sale, the birth date is not.

        Raises DomainError for another barcode, a damaged or an expired one.
        """
        today = (await self._house.settings.get()).day_of(self._house.clock())
        card = parse_licence(barcode, today)
        require_valid(card.expires, today)
        await self._house.store.write(self._check, basket_id, card.date_of_birth, AgeProof.SCANNED, who)
        return card

    async def check_age(self, basket_id: UUID, born: date, who: str, proof: AgeProof = AgeProof.TYPED) -> Basket:
        """Checks the age by a date of birth that somebody read. Raises DomainError for one that cannot be."""
        return await self._house.store.write(self._check, basket_id, born, proof, who)

    @staticmethod
    def samples() -> Sequence[LimitRules]:
        """Rules of some states to begin with: each says its source and its day, and has to be proved."""
        return sample_limits()

    def _state(self, tx: Transaction, basket_id: UUID) -> CounterState:
        settings = self._house.settings.of(tx)
        return _Law(tx, self._house, settings, _basket(tx, self._house, settings, basket_id)).state()

    def _check(self, tx: Transaction, basket_id: UUID, born: date, proof: AgeProof, who: str) -> Basket:
        house, settings = self._house, self._house.settings.of(tx)
        check = AgeCheck(
            age=age_on(born, settings.day_of(house.clock())), proof=proof, checked_by=who, checked_at=house.clock()
        )
        basket = _basket(tx, self._house, settings, basket_id).model_copy(update={"age_check": check})
        rows.save(tx, basket, house.clock(), house.vault, device=settings.device)
        audit.add(
            tx, "age_check", house.clock(), vault=house.vault, who=who, object_kind="basket", object_id=str(basket_id),
            detail={"proof": proof.value, "of_age": check.age >= _Law(tx, house, settings, basket).age_needed()},
        )  # fmt: skip
        return basket


def _basket(tx: Transaction, house: House, settings: Settings, basket_id: UUID) -> Basket:
    """An empty one before the first article: somebody may look at a card before anything is scanned."""
    return rows.find(tx, basket_id, house.vault) or Basket(id=basket_id, currency=settings.currency)


def require_limits(tx: Transaction, house: House, basket: Basket) -> None:
    """Raises DomainError when the basket passes a purchase limit; nothing where no rules are chosen."""
    settings = house.settings.of(tx)
    if settings.limits and basket.lines:
        _Law(tx, house, settings, basket).require_within()


def require_law(tx: Transaction, house: House, settings: Settings, basket: Basket) -> None:
    """Raises DomainError unless the basket may be sold to this buyer: age, medical card, purchase limits."""
    if settings.limits or any(line.minimum_age or line.medical_only for line in basket.lines):
        _Law(tx, house, settings, basket).require()


def category_tree(settings: Settings) -> CategoryTree:
    """The shelves with the manager's own words."""
    return CategoryTree(nodes=shelves(), own=settings.category_words)


class _Law:
    """One basket against the rules of the shop."""

    def __init__(self, tx: Transaction, house: House, settings: Settings, basket: Basket) -> None:
        self._tx, self._house, self._settings, self._basket = tx, house, settings, basket
        self._rules = self._chosen()

    def require(self) -> None:
        require_age(self.age_needed(), self._basket.age_check)
        self._require_medical()
        if self._settings.limits:
            self.require_within()

    def require_within(self) -> None:
        if self._rules is None:
            raise DomainError(
                "Only patients with a valid medical card may buy here.", code="medical_only",
                next_step="Choose the customer, or enter the card's new date.",
            )  # fmt: skip
        limits.require_within(self._rules, self._counted, self._before(), self._allotments())

    def age_needed(self) -> int:
        """By the goods; the place's own age as soon as something counted is in the basket."""
        ages = [line.minimum_age for line in self._basket.lines]
        if self._rules is not None and any(each.use.category != limits.NOWHERE for each in self._counted):
            ages.append(self._rules.minimum_age)
        return age_needed(ages)

    def state(self) -> CounterState:
        rules, customer = self._rules, self._basket.customer
        return CounterState(
            audience=rules.audience if rules else None,
            region=rules.region if rules else "",
            source=rules.source if rules else "",
            as_of=rules.as_of if rules else None,
            meters=self._meters(),
            allotments=tuple(self._allotments()),
            age_needed=self.age_needed(),
            age_check=self._basket.age_check,
            medical_expires=customer.medical_card.expires if customer and customer.medical_card else None,
            problem=self._problem(),
        )

    def _meters(self) -> tuple[Meter, ...]:
        if self._rules is None:
            return ()
        try:
            return tuple(limits.meters(self._rules, self._counted, self._before()))
        except DomainError:
            return ()

    def _problem(self) -> DomainError | None:
        if not self._basket.lines:
            return None
        try:
            self.require()
        except DomainError as error:
            return error
        return None

    def _chosen(self) -> LimitRules | None:
        """A patient's rules with a valid card, else the adults'."""
        by_audience = {rules.audience: rules for rules in self._settings.limits}
        customer, today = self._basket.customer, self._settings.day_of(self._house.clock())
        patient = customer is not None and customer.medical_card and customer.medical_card.valid_on(today)
        if patient and Audience.MEDICAL in by_audience:
            return by_audience[Audience.MEDICAL]
        return by_audience.get(Audience.ADULT)

    def _require_medical(self) -> None:
        customer, today = self._basket.customer, self._settings.day_of(self._house.clock())
        card = customer.medical_card if customer else None
        for line in self._basket.lines:
            if line.medical_only and (card is None or not card.valid_on(today)):
                expired = f" The card expired on {card.expires}." if card else ""
                raise DomainError(
                    f"{line.title} is for patients only.{expired}", code="medical_only",
                    next_step="Choose a customer with a valid medical card, or take it out.",
                )  # fmt: skip

    @cached_property
    def _tree(self) -> CategoryTree:
        return category_tree(self._settings)

    @cached_property
    def _counted(self) -> list[Counted]:
        return [self._count(line.title, line.variant_id, line.quantity) for line in self._basket.lines]

    def _count(self, title: str, variant_id: str, quantity: Decimal) -> Counted:
        """A line that is in no catalogue has no category, and so cannot be judged."""
        try:
            product, variant = catalog.variant(self._tx, variant_id)
        except NotStored:
            return Counted(title=title, use=LimitUse(), quantity=quantity)
        return Counted(title=title, use=limit_use(product, variant, self._tree), quantity=quantity)

    def _before(self) -> list[Counted]:
        """What this customer bought since the oldest business day that a rule looks back to."""
        customer = self._basket.customer
        if self._rules is None or customer is None or not customer.id:
            return []
        today = self._settings.day_of(self._house.clock())
        days = max((rule.days for rule in self._rules.rules), default=1)
        since = self._house.clock() - timedelta(days=days + 1)
        found = orders.latest(self._tx, _BEFORE, since=since, customer_id=customer.id)
        sold = orders.load_many(self._tx, [row.id for row in found])
        first = today - timedelta(days=days - 1)
        return [
            self._count(line.title, line.variant_id, line.quantity)
            for order in sold.values()
            if order.business_date >= first
            for line in order.lines
        ]

    def _allotments(self) -> tuple[Allotment, ...]:
        """The POS's words for categories, put on our shelves; those with no shelf are shown as they are."""
        found = self._basket.customer.allotments if self._basket.customer else ()
        placed = [(each, self._tree.place([each.category])) for each in found]
        return tuple(each.model_copy(update={"category": shelf.limit}) if shelf else each for each, shelf in placed)

