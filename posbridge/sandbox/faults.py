"""What may go wrong between a till and a platform, drawn from a seed so that a run can be repeated."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

KINDS = ("reset", "lost", "late", "500", "lost500", "429", "slow", "cut", "expire", "html", "off")
"""reset: the connection is reset before any work. lost: the work is done, then a reset with no reply.
late: the connection is dropped first, the work commits `late_ms` later. 500: refused before work.
lost500: the work is done, then 502. 429: told to wait, in the platform's shape. slow: the answer comes after
`slow_ms`. cut: the body ends in the middle. expire: the token is called expired. html: a captive portal's page
with status 200. off: every connection is reset (the network is down)."""

_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Planned:
    """A fault that will surely strike: the next `times` requests with this method and path beginning."""

    kind: str
    path: str = ""
    method: str = ""
    times: int = 1

    def fits(self, method: str, path: str) -> bool:
        """Whether this request is one of them."""
        return self.times > 0 and path.startswith(self.path) and self.method in ("", method)


@dataclass
class Faults:
    """Rates (0 to 1) by kind, of all requests or only of writes. The same seed gives the same row of faults.

    `path` limits them to requests whose path begins so. `struck` counts what was done.
    """

    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 1
    late_ms: int = 350
    slow_ms: int = 1500
    retry_after: int = 1
    writes_only: bool = False
    path: str = ""
    planned: list[Planned] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.rates) - set(KINDS))
        if unknown:
            raise ValueError(f"no such fault: {', '.join(unknown)} (there are {', '.join(KINDS)})")
        if any(not 0 <= rate <= 1 for rate in self.rates.values()) or sum(self.rates.values()) > 1.000001:
            raise ValueError("fault rates lie between 0 and 1 and sum to 1 at most")
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    @classmethod
    def parse(cls, spec: str) -> Faults:
        """From "reset=0.05,lost=0.10,late=0.04,seed=1,late_ms=350,writes=1"; "" and "none" mean no faults.

        ValueError says which word is wrong. "off" alone means off=1.
        """
        made: dict[str, str] = {}
        for word in filter(None, (part.strip() for part in spec.split(","))):
            name, sign, value = word.partition("=")
            made[name] = value if sign else "1"
        made.pop("none", None)
        try:
            return cls(
                seed=int(made.pop("seed", "1")),
                late_ms=int(made.pop("late_ms", "350")),
                slow_ms=int(made.pop("slow_ms", "1500")),
                retry_after=int(made.pop("retry_after", "1")),
                writes_only=made.pop("writes", "0") not in ("0", "no", "false"),
                path=made.pop("path", ""),
                rates={kind: float(rate) for kind, rate in made.items()},
            )
        except ValueError as problem:
            raise ValueError(f"cannot read the faults {spec!r}: {problem}") from problem

    def plan(self, kind: str, *, path: str = "", method: str = "", times: int = 1) -> None:
        """Let the next `times` fitting requests suffer this fault, whatever the rates say."""
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        self.planned.append(Planned(kind, path, method, times))

    def draw(self, method: str, path: str) -> str | None:
        """The fault for this request, or None. Counted in `struck` only when the platform can do it."""
        for planned in self.planned:
            if planned.fits(method, path):
                planned.times -= 1
                return planned.kind
        if not self.rates or (self.writes_only and method not in _WRITES) or not path.startswith(self.path):
            return None
        point = self._dice.random()
        for kind, rate in self.rates.items():
            if point < rate:
                return kind
            point -= rate
        return None
