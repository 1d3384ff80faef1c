"""Who may do what. Each role may do all that the one before it may."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    CASHIER = "cashier"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"


class Permission(StrEnum):
    """An act that somebody's right is asked for."""

    SELL = "sell"
    PARK_BASKET = "park_basket"
    REDEEM_CODE = "redeem_code"
    VIEW_QUEUE = "view_queue"
    QUEUE_RETRY = "queue_retry"
    DISCOUNT_LINE = "discount_line"
    PRICE_OVERRIDE = "price_override"
    REFUND = "refund"
    REFUND_ABOVE_LIMIT = "refund_above_limit"
    DRAWER_OPEN = "drawer_open"
    SHIFT_CLOSE = "shift_close"
    AGE_OVERRIDE = "age_override"
    OFFLINE_SALE = "offline_sale"
    OFFLINE_GIFT_CARD = "offline_gift_card"
    EDIT_CUSTOMER = "edit_customer"
    ERASE_CUSTOMER = "erase_customer"
    SETTLE_CONFLICT = "settle_conflict"
    QUEUE_PARK = "queue_park"
    QUEUE_EXPORT = "queue_export"
    VIEW_REPORTS = "view_reports"
    VIEW_AUDIT = "view_audit"
    SETTINGS = "settings"
    CONNECTIONS = "connections"
    PEOPLE = "people"
    UNLOCK_PERSON = "unlock_person"
    FORGET_ACCOUNT = "forget_account"
    BACKUP = "backup"
    RESTORE = "restore"


_RANK = {Role.CASHIER: 0, Role.SUPERVISOR: 1, Role.MANAGER: 2}
_LEAST: dict[Permission, Role] = {
    **dict.fromkeys(
        (
            Permission.SELL,
            Permission.PARK_BASKET,
            Permission.REDEEM_CODE,
            Permission.VIEW_QUEUE,
            Permission.QUEUE_RETRY,
            Permission.EDIT_CUSTOMER,
        ),
        Role.CASHIER,
    ),
    **dict.fromkeys(
        (
            Permission.DISCOUNT_LINE,
            Permission.PRICE_OVERRIDE,
            Permission.REFUND,
            Permission.DRAWER_OPEN,
            Permission.SHIFT_CLOSE,
            Permission.AGE_OVERRIDE,
            Permission.OFFLINE_SALE,
            Permission.VIEW_REPORTS,
            Permission.BACKUP,
        ),
        Role.SUPERVISOR,
    ),
}
#: Acts for which the PIN is asked again although somebody is signed in.
FRESH_PIN = frozenset(
    (
        Permission.PRICE_OVERRIDE,
        Permission.REFUND_ABOVE_LIMIT,
        Permission.DRAWER_OPEN,
        Permission.OFFLINE_GIFT_CARD,
        Permission.ERASE_CUSTOMER,
        Permission.CONNECTIONS,
        Permission.PEOPLE,
        Permission.UNLOCK_PERSON,
        Permission.FORGET_ACCOUNT,
        Permission.RESTORE,
    )
)
#: Acts of high value: a second person approves them unless a manager does them.
TWO_PEOPLE = frozenset((Permission.PRICE_OVERRIDE, Permission.REFUND_ABOVE_LIMIT, Permission.DRAWER_OPEN))


def least_role(permission: Permission) -> Role:
    """The lowest role that has this right; a manager for whatever is not named otherwise."""
    return _LEAST.get(permission, Role.MANAGER)


def allows(role: Role, permission: Permission) -> bool:
    """Whether somebody of this role may do it."""
    return _RANK[role] >= _RANK[least_role(permission)]


def approvers(permission: Permission) -> frozenset[Role]:
    """The roles that may approve it for somebody else: those that may do it themselves."""
    return frozenset(role for role in Role if allows(role, permission))


def needs_approval(role: Role, permission: Permission) -> bool:
    """Whether somebody of this role needs another person's PIN for it."""
    return not allows(role, permission) or (permission in TWO_PEOPLE and role is not Role.MANAGER)


def may_approve(approver: Role, approver_id: str, asker_id: str, permission: Permission) -> bool:
    """Whether this approval counts: the right role, and not one's own act (a manager's own act needs none)."""
    return approver in approvers(permission) and approver_id != asker_id
