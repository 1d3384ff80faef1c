"""Order states both ways: a platform's words and ours, and which move it allows, from the words in its facts."""

from __future__ import annotations

from collections.abc import Sequence

from posbridge.connectors.facts import StatusWord
from posbridge.domain.errors import Conflict, Unsupported
from posbridge.domain.order import OrderStatus


class StatusWords:
    """Reads the `statuses` of a connector's facts; words are compared without regard to capitals."""

    def __init__(self, platform: str, words: Sequence[StatusWord]) -> None:
        self._platform = platform
        self._words = {each.word.casefold(): each for each in words}
        self._sent = {each.status: each for each in words if each.ours_sends}

    def ours(self, word: str | None) -> OrderStatus:
        """Our state for their word; UNKNOWN for one that is not in the facts."""
        known = self._words.get((word or "").strip().casefold())
        return OrderStatus.UNKNOWN if known is None else known.status

    def theirs(self, status: OrderStatus) -> str:
        """The word to send. Raises Unsupported for a state that the platform does not have or set."""
        wanted = self._sent.get(status)
        if wanted is None:
            raise Unsupported(f"{self._platform} cannot set an order to {status.value}.", platform=self._platform)
        return wanted.word

    def move(self, now: str, status: OrderStatus) -> str:
        """The word that takes an order from their word `now` to `status`; `now` itself when it is there already.

        Raises Unsupported, or Conflict for a move that the platform does not allow.
        """
        wanted = self.theirs(status)
        before = self._words.get(now.strip().casefold())
        if before is not None and before.status is status:
            return before.word
        if before is None or wanted.casefold() not in {each.casefold() for each in before.next}:
            words = f"An order that is {now or 'in no known state'} at {self._platform} cannot become {wanted}."
            raise Conflict(words, platform=self._platform)
        return wanted
