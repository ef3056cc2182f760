"""Rate limits, and what Python alone may hand over for a webhook."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from email.message import Message

import tierra

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_many_threads_get_no_more_than_the_capacity() -> None:
    limit = tierra.RateLimit(capacity=100, refill=1, period_seconds=86400)
    limiter = tierra.RateLimiter(key=limit, ip=limit, serial_hash=limit)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: limiter.check(now=Decimal("0.5"), ip="192.0.2.1"), range(500)))
    assert sum(answer.allowed for answer in answers) == 100
    refused = next(answer for answer in answers if not answer.allowed)
    assert (refused.limit, refused.remaining, refused.retry_after, refused.refused_by) == (100, 0, 86400, "ip")


def test_headers_of_frameworks_need_be_no_mapping() -> None:
    message = Message()
    for name, value in tierra.sign_webhook([SECRET], "evt_1", 1767225600, "{}").items():
        message[name] = value
    assert tierra.verify_webhook(message, memoryview(b"{}"), (SECRET,), now=1767225600) == 1767225600  # type: ignore[arg-type]
