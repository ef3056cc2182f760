"""Is this webhook genuine, and may one be sent there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from ._error import TierraError
from ._tierra import call

__all__ = [
    "check_webhook_address",
    "check_webhook_url",
    "sign_body",
    "sign_webhook",
    "verify_body",
    "verify_webhook",
]


def sign_webhook(secrets: str | Iterable[str], id: str, timestamp: int, body: str | bytes) -> dict[str, str]:
    """The headers for a delivery: ``EVR-Signature`` and the three of the Standard Webhooks specification.

    Args:
        secrets: the endpoint's secret, ``whsec_…``, or all that are live while one is being replaced.
        id: names the delivery; the same when it is tried again. Visible ASCII without a full stop.
        timestamp: the attempt's time in whole Unix seconds.
        body: what will be sent, byte for byte; UTF-8.

    Raises:
        TierraError: at ``secrets``, ``id``, ``timestamp`` or ``body``: ``empty``, ``out_of_range``, ``too_long``,
            ``invalid_character``, ``invalid_unicode``, ``unknown_value`` (no secret), ``missing_field``, ``wrong_type``.

    >>> headers = sign_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "evt_1", 1767225600, "{}")
    >>> list(headers)
    ['EVR-Signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature']
    """
    request = {"secrets": secrets, "id": id, "timestamp": timestamp, "body": _text(body)}
    headers: dict[str, str] = call("sign_webhook", request)
    return headers


def verify_webhook(
    headers: Mapping[str, str] | str,
    body: str | bytes,
    secrets: str | Iterable[str],
    *,
    now: int,
    tolerance: int | None = None,
) -> int:
    """Checks that a webhook was signed with a secret, and when; the time of signing in Unix seconds.

    Args:
        headers: the request's headers, names in any case, or the value of ``EVR-Signature`` alone. Where
            ``EVR-Signature`` is absent the Standard Webhooks headers are checked.
        body: the body as received. Never a body that was parsed and written again: its bytes would differ.
        secrets: the endpoint's secret, or several while one is being replaced.
        now: the present time in whole Unix seconds, ``int(time.time())``.
        tolerance: how many seconds the time of signing may lie before or after ``now``; 300 unless given.

    Raises:
        TierraError: ``invalid_signature`` for a webhook that is not genuine, ``timestamp_out_of_tolerance`` for one that
            was genuine once; those of :func:`sign_webhook`.

    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> headers = sign_webhook(secret, "evt_1", 1767225600, "{}")
    >>> verify_webhook(headers, b"{}", secret, now=1767225660)
    1767225600
    >>> verify_webhook(headers, b"{ }", secret, now=1767225660)
    Traceback (most recent call last):
    tierra._error.TierraError: headers.EVR-Signature: is not that of the body under any secret given; expected the body's raw bytes and the endpoint's secret
    """
    request = {"body": _text(body), "secrets": secrets, "now": now, "tolerance": tolerance}
    request["signature" if isinstance(headers, str) else "headers"] = _headers(headers)
    timestamp: int = call("verify_webhook", request)
    return timestamp


def sign_body(secret: str, body: str | bytes) -> str:
    """Terra Lumina's signature: the hex HMAC-SHA-256 of the body, without a time. Prefer :func:`sign_webhook`.

    Raises:
        TierraError: at ``secret`` or ``body``: ``empty``, ``invalid_unicode``, ``missing_field``, ``wrong_type``.

    >>> sign_body("Jefe", "what do ya want for nothing?")
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    """
    signature: str = call("sign_body", {"secret": secret, "body": _text(body)})
    return signature


def verify_body(signature: str, body: str | bytes, secret: str) -> None:
    """Checks a signature of :func:`sign_body`, in constant time; returns where it fits.

    Raises:
        TierraError: ``invalid_signature`` at ``signature``; those of :func:`sign_body`.

    >>> verify_body(sign_body("a secret", b"{}"), b"{}", "a secret")
    """
    call("verify_body", {"signature": signature, "body": _text(body), "secret": secret})


def check_webhook_url(url: str) -> str:
    """The URL of a webhook endpoint in normal form: https, a public host, no user name, password or fragment.

    Store and call what is returned. The addresses that a name resolves to go through :func:`check_webhook_address`, at
    every delivery.

    Raises:
        TierraError: at ``url``: ``invalid_url``, ``forbidden_address``, ``too_long``, ``empty``.

    >>> check_webhook_url("https://Hooks.Example.com:443")
    'https://hooks.example.com/'
    """
    normal: str = call("check_webhook_url", {"url": url})
    return normal


def check_webhook_address(address: str | IPv4Address | IPv6Address) -> str:
    """An address that a webhook may be sent to, in its usual form; a private, loopback or metadata one is refused.

    Connect to the address that passed, not to the name again: between two look-ups a name may change its mind.

    Raises:
        TierraError: at ``address``: ``forbidden_address``, ``unknown_value`` for what is no address.

    >>> check_webhook_address("2606:4700:0::1111")
    '2606:4700::1111'
    """
    text = str(address) if isinstance(address, (IPv4Address, IPv6Address)) else address
    usual: str = call("check_webhook_address", {"address": text})
    return usual


def _text(body: Any) -> Any:
    """Bytes as the text they hold. What is neither is handed on, for the core to refuse."""
    if not isinstance(body, (bytes, bytearray, memoryview)):
        return body
    try:
        return bytes(body).decode()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 at byte {error.start}; expected the text of a webhook"
        raise TierraError("invalid_unicode", "body", message) from None


def _headers(headers: Any) -> Any:
    """The headers of web frameworks, few of which are mappings in name."""
    if isinstance(headers, (str, Mapping)) or not callable(getattr(headers, "items", None)):
        return headers
    return dict(headers.items())
