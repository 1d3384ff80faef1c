"""WooCommerce's answers → our errors. Sources: the contract's section 11 and the recorded errors 801–827."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import one_line, plain_text
from posbridge.domain.discount import DiscountRefusal

_CONFLICTS = (
    "product_invalid_sku",
    "product_invalid_global_unique_id",
    "registration-error-email-exists",
    "registration-error-username-exists",
    "woocommerce_rest_coupon_code_already_exists",
    "woocommerce_rest_product_not_created",
    "woocommerce_rest_customer_invalid_email",
    "term_exists",
)
#: Answered with 500 though the shop understood and refused (recorded 451, 456: `data` is the bare number 500).
_REFUSED_BY_500 = ("woocommerce_rest_cannot_create_order_refund",)
_HIDDEN_KEY = "If the keys are right, this host hides them from the shop: switch on “Send keys in the address”."
_ROLE = "In the shop, give the key “Read/Write” and a user who is shop manager or administrator."

#: What the messages of a refused coupon say; the code is always the same (recorded 515, 532, 538). English only:
#: a shop in another language is judged by the coupon's own fields, and its message is shown as it is.
_REFUSALS = (
    (r"does not exist|is not valid|invalid coupon", DiscountRefusal.UNKNOWN),
    (r"expired", DiscountRefusal.EXPIRED),
    (r"usage limit|limit has been reached", DiscountRefusal.USED_UP),
    (r"minimum spend|minimum order", DiscountRefusal.MINIMUM_SPEND),
    (r"maximum spend|maximum order", DiscountRefusal.MAXIMUM_SPEND),
    (r"conjunction|individual|already (been )?applied", DiscountRefusal.NOT_COMBINABLE),
    (r"valid email|not yours|account|restricted to|different (user|customer)", DiscountRefusal.NOT_FOR_CUSTOMER),
    (r"not applicable|not valid for sale|selected products|cart contents", DiscountRefusal.NOT_FOR_BASKET),
)


def error(reply: Reply) -> Exception | None:
    """Our error for an answer, None where it is good or where its status says all."""
    if reply.ok:
        return None
    said = reply.json_or_none()
    if not isinstance(said, Mapping) or not isinstance(said.get("code"), str | int):
        return _from_host(reply)
    found = _named(reply, str(said["code"]), plain_text(_text(said.get("message"))))
    found.platform_code = str(said["code"])
    if isinstance(data := said.get("data"), Mapping) and data.get("new_draft_order_id"):
        found.detail["draft_order_id"] = str(data["new_draft_order_id"])
    return found


def _named(reply: Reply, code: str, words: str) -> ConnectorError:
    status = reply.status
    if status == 429 or code == "rate_limit_exceeded":
        return RateLimitExceeded("The shop asks us to slow down.", retry_at=_retry_at(reply))
    if code in _CONFLICTS or status == 409:
        return Conflict(words or code)
    if status in (401, 403):
        return _refused(status, code, words)
    if status in (404, 410) or code.endswith("_invalid_id") or code == "woocommerce_rest_term_invalid":
        return _missing(code, words)
    if status >= 500 and status != 501 and code not in _REFUSED_BY_500:
        return ServiceUnavailable(f"The shop failed: {words or code}")
    return ValidationError(words or code)


def _refused(status: int, code: str, words: str) -> ConnectorError:
    """A key that is good but may not do this, or one that is not good (the two look much alike)."""
    if status == 403 or "permissions" in words:
        return PermissionDenied(words or "The key may not do this.", next_step=_ROLE)
    if code == "woocommerce_rest_authentication_error":
        return AuthenticationError(f"The shop refuses the key: {words}")
    if code.startswith("woocommerce_rest_cannot"):
        return AuthenticationError("The shop does not know this key, or did not receive it.", next_step=_HIDDEN_KEY)
    return AuthenticationError(words or "The shop does not accept the key.")


def _missing(code: str, words: str) -> NotFound:
    if code == "rest_no_route":
        step = "Check the shop's address, that WooCommerce is active and that permalinks are not “plain”."
        return NotFound("This shop has no such address: WooCommerce or a plug-in is missing.", next_step=step)
    return NotFound(words or "The shop does not know this.")


def _from_host(reply: Reply) -> ConnectorError | None:
    """What is not WooCommerce's own: the host's or a firewall's page."""
    if reply.status in (403, 406):
        step = "Ask the shop's host to let posbridge pass its firewall or security plug-in."
        return PermissionDenied("A firewall before the shop turned us away.", next_step=step)
    if reply.status == 401:
        return AuthenticationError("The shop asks for a password of its own before WooCommerce.", next_step=_HIDDEN_KEY)
    return None


def _retry_at(reply: Reply) -> datetime | None:
    """The Store API's own header; `Retry-After` is read for all platforms alike."""
    seconds = reply.headers.get("ratelimit-retry-after", "")
    return datetime.now(UTC) + timedelta(seconds=int(seconds)) if seconds.isdigit() else None


def refusal(message: str) -> DiscountRefusal:
    """Why a coupon was refused, from the words (markup and entities are no hindrance)."""
    words = plain_text(message).lower()
    return next((why for pattern, why in _REFUSALS if re.search(pattern, words)), DiscountRefusal.UNSUPPORTED)


def slot_error(entry: Mapping[str, Any]) -> ConnectorError | None:
    """The error of one slot of a batch, which answers 200 as a whole (recorded 220, 901)."""
    said = entry.get("error")
    if not isinstance(said, Mapping):
        return None
    code = str(said.get("code", ""))
    found = _named(Reply(400), code, one_line(plain_text(_text(said.get("message")))))
    found.platform_code = code
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
