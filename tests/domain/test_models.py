"""What the models refuse, and what they say of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.errors import DomainError, RateLimitExceeded, SchemaDrift, ServiceUnavailable
from posbridge.domain.gift_card import GiftCard, mask_code
from posbridge.domain.ids import ALPHABET, reference_of, uuid7
from posbridge.domain.inventory import Batch, StockLevel
from posbridge.domain.money import Money
from posbridge.domain.order import Order
from posbridge.testing.builders import EPOCH, a_line, an_order


@pytest.mark.parametrize(
    "wrong",
    [
        lambda order: {**order, "totals": {**order["totals"], "total": order["totals"]["total"] + 1}},
        lambda order: {**order, "totals": {**order["totals"], "tax": order["totals"]["tax"] + 1}},
        lambda order: {**order, "tenders": [{**order["tenders"][0], "amount": 1}]},
        lambda order: {**order, "lines": []},
        lambda order: {**order, "reference": "P" * 21},
        lambda order: {**order, "captured_at": "2026-03-02T10:00:00"},
        lambda order: {**order, "colour": "red"},
    ],
)
def test_an_order_that_does_not_add_up_cannot_be(wrong: Any) -> None:
    good = an_order().model_dump(mode="json")
    assert Order.model_validate(good) == an_order()
    with pytest.raises(ValidationError):
        Order.model_validate(wrong(good))


def test_an_order_is_frozen() -> None:
    with pytest.raises(ValidationError):
        an_order().note = "changed"  # type: ignore[misc]  # what is refused


def test_times_are_kept_in_utc() -> None:
    at = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    order = an_order(captured_at=at)
    assert order.captured_at == EPOCH
    assert order.captured_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("quantity", "written"), [("3", "3"), ("3.0", "3"), ("0.345", '"0.345"'), ("0.50", '"0.5"'), ("1E+3", "1000")]
)
def test_quantities_in_json(quantity: str, written: str) -> None:
    text = a_line(1, 100, quantity).model_dump_json()
    assert f'"quantity":{written},' in text
    assert type(a_line()).model_validate_json(text).quantity == Decimal(quantity)


@pytest.mark.parametrize("quantity", [0, -1, "0"])
def test_a_line_has_more_than_nothing(quantity: Any) -> None:
    with pytest.raises(ValidationError):
        a_line(1, 100, quantity)


def test_ids_sort_by_time_and_references_can_be_typed() -> None:
    ids = [uuid7(EPOCH + timedelta(milliseconds=step)) for step in range(100)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}
    assert {made.variant for made in ids} == {"specified in RFC 4122"}
    references = {reference_of(made, "till") for made in ids}
    assert len(references) == 100
    assert all(len(text) <= 20 and text[:3] == "TIL" and set(text[3:]) <= set(ALPHABET) for text in references)


def test_a_reference_is_made_once_from_its_id() -> None:
    made = uuid7(EPOCH, random_bits=5)
    assert reference_of(made) == reference_of(made)
    assert reference_of(made) != reference_of(uuid7(EPOCH, random_bits=6))


def test_codes_are_masked() -> None:
    card = GiftCard(id="1", code="GIFT-0123-4567", balance=Money(amount=1, currency="USD"))
    assert card.masked == "•••• 4567"
    assert mask_code("1234") == "••••"


def test_names() -> None:
    assert Customer(id="1", first_name="Ada", last_name="Lovelace").name == "Ada Lovelace"
    assert Customer(id="1", company="Engines Ltd").name == "Engines Ltd"


def test_an_answer_is_valid_with_a_discount_and_no_refusal() -> None:
    ten = Discount(kind="percentage", percent=Decimal(10))
    assert DiscountAnswer(code="TEN", discount=ten).valid
    assert not DiscountAnswer(code="TEN").valid
    assert not DiscountAnswer(code="TEN", discount=ten, refusal=DiscountRefusal.EXPIRED).valid


def test_a_batch_never_holds_less_than_nothing() -> None:
    with pytest.raises(ValidationError):
        StockLevel(variant_id="v", quantity=Decimal(1), batches=(Batch(lot="a", quantity=Decimal(-1)),))


def test_errors_say_what_to_do_next() -> None:
    error = DomainError("No.", next_step="Try this.", code="mine", line=3)
    assert (str(error), error.code, error.detail) == ("No. Try this.", "mine", {"line": 3})
    assert str(DomainError()) == "The sale cannot be done like this."
    down = ServiceUnavailable(platform="square", status=503, platform_code="DOWN")
    assert (down.platform, down.status, down.platform_code) == ("square", 503, "DOWN")
    assert RateLimitExceeded(retry_at=EPOCH).retry_at == EPOCH
    assert SchemaDrift(object_id="7").object_id == "7"
