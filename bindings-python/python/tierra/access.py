"""How often may someone ask? Token buckets by key, address and charger."""

from __future__ import annotations

from decimal import Decimal

from ._records.access import RateDecision, RateLimit
from ._tierra import RateLimiterData

__all__ = ["RateDecision", "RateLimit", "RateLimiter"]


class RateLimiter:
    """Token buckets in bounded memory, which several threads may ask. It has no clock: each call says what time it is.

    Nothing is granted beyond ``capacity + refill * elapsed / period`` in any span of time. Each kind keeps at most
    ``max_buckets`` buckets that are not full; none is dropped to make room, and names beyond share one bucket.

    Raises:
        TierraError: at the field, such as ``ip.capacity``: ``out_of_range``, ``missing_field``, ``wrong_type``.

    >>> limit = RateLimit(capacity=2, refill=1, period_seconds=10)
    >>> limiter = RateLimiter(key=limit, ip=limit, serial_hash=limit)
    >>> [limiter.check(now=0, ip="192.0.2.1").allowed for _ in range(3)]
    [True, True, False]
    >>> limiter.check(now=1.5, ip="192.0.2.1").retry_after
    9
    """

    def __init__(self, *, key: RateLimit, ip: RateLimit, serial_hash: RateLimit, max_buckets: int | None = None) -> None:
        limits = {"key": key, "ip": ip, "serial_hash": serial_hash, "max_buckets": max_buckets}
        self._data = RateLimiterData(limits)

    def check(
        self,
        *,
        now: float | Decimal,
        key: str | None = None,
        ip: str | None = None,
        serial_hash: str | None = None,
    ) -> RateDecision:
        """Whether a request that counts against these buckets may go on; a refused one costs nothing.

        Args:
            now: Unix seconds, ``time.time()``; counted to the microsecond.
            key: the API key or token, or its hash.
            ip: the asking host's address.
            serial_hash: the charger asked for.

        Raises:
            TierraError: ``empty`` without a bucket or for an empty name, ``too_long`` for one beyond 256 bytes.
        """
        answer: RateDecision = self._data.check({"now": now, "key": key, "ip": ip, "serial_hash": serial_hash})
        return answer
