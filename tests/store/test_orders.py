"""Orders and refunds: written once, found again, readable when every key is gone."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from posbridge.domain.errors import DomainError
from posbridge.domain.order import Order
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refund_lines, refund_tenders
from posbridge.security.vault import Vault
from posbridge.store import baskets, counters, orders
from posbridge.store.errors import NotStored
from posbridge.testing.builders import EPOCH, a_basket, a_customer, an_id, an_order
from tests.store.conftest import Clock


def a_refund(order: Order, number: int = 1) -> Refund:
    lines = refund_lines(order, [], [(order.lines[0].id, 1, True)])
    return Refund(
        id=an_id(number, 7), order_id=order.id, order_reference=order.reference, reference=f"PR{number}",
        receipt_number=f"T1-R{number:06d}", device="T1", captured_at=EPOCH, business_date=EPOCH.date(),
        currency=order.currency, lines=lines, tenders=refund_tenders(order, [], sum(line.amount for line in lines)),
    )  # fmt: skip


def test_an_order_comes_back_as_it_was(tx: Connection, vault: Vault) -> None:
    order = an_order([(1250, 2), (399, "0.250")], customer=a_customer(), note="gift wrap")
    orders.add(tx, order, vault)
    assert orders.load(tx, order.id, vault) == order
    assert orders.load_many(tx, [order.id, uuid4()], vault) == {order.id: order}


def test_an_order_is_readable_without_any_key_and_holds_no_personal_data(tx: Connection, vault: Vault) -> None:
    customer = a_customer()
    order = an_order(customer=customer)
    orders.add(tx, order, vault)
    for key in (None, Vault(), Vault(bytes(32))):
        kept = orders.load(tx, order.id, key)
        assert kept.customer is not None
        assert (kept.customer.id, kept.customer.email, kept.totals) == (customer.id, "", order.totals)
    row = tx.exec_driver_sql("SELECT * FROM orders").one()
    text = " ".join(str(value) for value in row)
    assert customer.email not in text
    assert customer.phone not in text
    assert customer.last_name not in text


def test_a_locked_vault_does_not_stop_a_sale(tx: Connection) -> None:
    order = an_order(customer=a_customer())
    orders.add(tx, order, Vault())
    assert tx.exec_driver_sql("SELECT customer_sealed FROM orders").scalar() is None
    assert orders.load(tx, order.id).customer is not None


def test_an_order_is_found_by_what_people_type(tx: Connection) -> None:
    order = an_order()
    orders.add(tx, order)
    for typed in (order.reference, order.reference.lower(), f" {order.receipt_number} ", str(order.id).upper()):
        assert orders.find(tx, typed) == order.id
    assert orders.find(tx, "nothing") is None
    with pytest.raises(NotStored):
        orders.load(tx, uuid4())


def test_lists_are_newest_first_and_narrowed(tx: Connection) -> None:
    made = [an_order(seed=seed, customer=a_customer() if seed == 2 else None) for seed in (1, 2, 3)]
    for order in made:
        orders.add(tx, order)
    assert [row.id for row in orders.latest(tx)] == [order.id for order in reversed(made)]
    assert [row.id for row in orders.latest(tx, 1, before=made[2].captured_at)] == [made[1].id]
    assert [row.id for row in orders.latest(tx, since=made[1].captured_at)] == [made[2].id, made[1].id]
    assert [row.id for row in orders.latest(tx, customer_id="customer-1")] == [made[1].id]
    assert orders.latest(tx, business_date="2020-01-01") == []
    assert orders.latest(tx)[0].total == made[2].totals.total


def test_a_sale_without_its_receipt_is_shown_as_recovered(tx: Connection) -> None:
    one, two = an_order(seed=1), an_order(seed=2)
    orders.add(tx, one)
    orders.add(tx, two)
    orders.receipt_given(tx, one.id, EPOCH)
    assert [row.id for row in orders.recovered(tx)] == [two.id]


def test_report_rows_are_integers_that_sum_to_the_order(tx: Connection) -> None:
    order = an_order([(1250, 2), (399, "0.250")], [("card", 1000), ("cash", 1860)])
    orders.add(tx, order)
    lines = tx.exec_driver_sql("SELECT sum(total), sum(tax), sum(quantity_micro) FROM order_lines").one()
    assert tuple(lines) == (order.totals.total, order.totals.tax, 2_250_000)
    tenders = tx.exec_driver_sql("SELECT sum(amount) FROM order_tenders").scalar()
    assert tenders == order.totals.total
    assert orders.micro(Decimal("0.0000005")) == 1


@pytest.mark.parametrize("table", ["orders", "order_lines", "order_tenders"])
def test_an_order_is_frozen(tx: Connection, table: str) -> None:
    orders.add(tx, an_order())
    column = "body" if table == "orders" else "position"
    with pytest.raises(IntegrityError, match=r"frozen|append-only"):
        tx.exec_driver_sql(f"UPDATE {table} SET {column} = {column}")
    with pytest.raises(IntegrityError, match=r"frozen|append-only"):
        tx.exec_driver_sql(f"DELETE FROM {table}")


def test_a_customer_may_be_sealed_anew_or_erased(tx: Connection, vault: Vault) -> None:
    order = an_order(customer=a_customer())
    orders.add(tx, order, vault)
    orders.reseal_customer(tx, order.id, None)
    kept = orders.load(tx, order.id, vault)
    assert kept.customer is not None
    assert kept.customer.email == ""


def test_one_basket_becomes_one_order(tx: Connection, clock: Clock) -> None:
    basket = a_basket()
    baskets.save(tx, basket, clock())
    order = an_order(seed=1)
    orders.add(tx, order, basket_id=basket.id)
    assert orders.of_basket(tx, basket.id) == order.id
    with pytest.raises(IntegrityError, match="basket_id"):
        orders.add(tx, an_order(seed=2), basket_id=basket.id)


def test_receipt_numbers_have_no_gaps_even_after_an_undone_sale(tx: Connection) -> None:
    assert counters.next_receipt(tx, "T1") == "T1-000001"
    undone = tx.begin_nested()
    assert counters.next_receipt(tx, "T1") == "T1-000002"
    undone.rollback()
    assert counters.next_receipt(tx, "T1") == "T1-000002"
    assert counters.next_receipt(tx, "T2") == "T2-000001"
    assert counters.next_refund_receipt(tx, "T1") == "T1-R000001"
    with pytest.raises(DomainError):
        orders.add(tx, an_order(receipt_number="none"))


def test_a_refund_comes_back_as_it_was(tx: Connection) -> None:
    order = an_order([(1250, 2)])
    orders.add(tx, order)
    refund = a_refund(order)
    orders.add_refund(tx, refund)
    assert orders.load_refund(tx, refund.id) == refund
    assert orders.refunds_of(tx, order.id) == [refund]
    assert orders.find_refund(tx, "pr1") == refund.id
    with pytest.raises(NotStored):
        orders.load_refund(tx, uuid4())
    with pytest.raises(IntegrityError):
        orders.add_refund(tx, a_refund(an_order(seed=9), 2))


def test_a_basket_lives_from_its_first_line(tx: Connection, clock: Clock, vault: Vault) -> None:
    basket = a_basket([1250], customer=a_customer())
    baskets.save(tx, basket, clock(), vault, device="T1")
    assert baskets.current(tx, vault, device="T1") == basket
    assert baskets.current(tx, vault, device="T2") is None
    assert "example.com" not in str(tx.exec_driver_sql("SELECT body FROM baskets").scalar())
    assert baskets.load(tx, basket.id).customer == a_customer(email="", phone="", first_name="", last_name="")
    parked = basket.model_copy(update={"parked": True, "name": "table 4"})
    baskets.save(tx, parked, clock.tick(), vault, device="T1")
    assert baskets.current(tx, vault, device="T1") is None
    assert baskets.parked(tx, vault) == [parked]
    baskets.save(tx, basket, clock.tick(), vault)
    baskets.close(tx, basket.id, clock())
    assert baskets.state_of(tx, basket.id) == "closed"
    for act in (lambda: baskets.save(tx, basket, clock()), lambda: baskets.discard(tx, basket.id, clock())):
        with pytest.raises(DomainError, match="closed"):
            act()
    with pytest.raises(NotStored):
        baskets.load(tx, uuid4())


def test_times_are_milliseconds() -> None:
    from posbridge.store.times import ms, when

    assert when(ms(EPOCH + timedelta(microseconds=1500))) == EPOCH + timedelta(milliseconds=1)
    assert sqlite3.sqlite_version_info >= (3, 37)
