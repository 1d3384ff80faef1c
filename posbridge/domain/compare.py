"""What a platform made of an order, against what was sold: checked after each send by reading it back."""

from __future__ import annotations

from posbridge.domain.model import Model
from posbridge.domain.order import Order, RemoteOrder


class Difference(Model):
    """One figure that differs. `field` is currency, total, tax or paid; amounts are minor units, else words."""

    field: str
    ours: int | str
    theirs: int | str

    @property
    def off_by(self) -> int | None:
        """Theirs less ours in minor units; None where these are no amounts."""
        if isinstance(self.ours, int) and isinstance(self.theirs, int):
            return self.theirs - self.ours
        return None


def difference(order: Order, remote: RemoteOrder) -> tuple[Difference, ...]:
    """What differs between `order` and what the platform reads back, () when nothing does.

    A figure that the platform does not say is not compared; in another currency no amounts are.
    """
    if remote.currency != order.currency:
        return (Difference(field="currency", ours=order.currency, theirs=remote.currency),)
    figures = (
        ("total", order.totals.total, remote.total),
        ("tax", order.totals.tax, remote.tax),
        ("paid", order.totals.total, remote.paid),
    )
    return tuple(
        Difference(field=name, ours=ours, theirs=theirs)
        for name, ours, theirs in figures
        if theirs is not None and theirs != ours
    )
