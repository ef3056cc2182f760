"""Which device is this? Vendor and serial made canonical, and the hash that names the charger."""

from __future__ import annotations

from collections.abc import Iterable

from ._bulk import gc_paused
from ._plain import pairs
from ._records.charger import (
    AdvisoryKind,
    ChargerIdentity,
    IdentityAdvisory,
    IdentityBatch,
    Lookalike,
    LookalikeCharger,
    LookalikeGroup,
)
from ._tierra import call

__all__ = [
    "AdvisoryKind",
    "ChargerIdentity",
    "IdentityAdvisory",
    "IdentityBatch",
    "Lookalike",
    "LookalikeCharger",
    "LookalikeGroup",
    "identify",
    "identify_batch",
    "keyed_hash",
]


def identify(vendor: str, serial: str) -> ChargerIdentity:
    """The identity of the charger with this maker and serial number, however they are spelled.

    Args:
        vendor: the maker's name, 1 to 120 characters. Legal forms, case and punctuation do not matter; known trade
            names are resolved (``Wall Box Chargers`` is ``WALLBOX``).
        serial: the serial number, 1 to 255 characters. A label such as ``S/N:`` and separators are dropped, leading
            zeros are kept.

    Raises:
        TierraError: at ``vendor`` or ``serial``, with the code ``empty``, ``too_long``, ``invalid_character``,
            ``invalid_unicode``, ``missing_field`` or ``wrong_type``.

    >>> identity = identify("EVduty Inc.", "SN: 0000-5555")
    >>> identity.vendor_canonical, identity.serial_normalized, identity.serial_last4
    ('EVDUTY', '00005555', '5555')
    """
    answer: ChargerIdentity = call("identify", {"vendor": vendor, "serial": serial})
    return answer


def identify_batch(chargers: Iterable[tuple[str, str]]) -> IdentityBatch:
    """The identities of many chargers, each with its own answer, in the order given.

    Args:
        chargers: pairs of vendor and serial.

    Returns:
        An answer for each charger: a :class:`ChargerIdentity` or, not raised, the :class:`TierraError` that says why
        that one was refused. And the groups of chargers whose serials differ only in ``O/0``, ``I/1``, ``S/5``, ``B/8``.

    Raises:
        TierraError: ``wrong_type`` when ``chargers`` is not a list of pairs.

    >>> batch = identify_batch([("Easee", "EH10"), ("KEBA", ""), ("easee", "EHIO")])
    >>> [answer.serial_last4 if isinstance(answer, ChargerIdentity) else answer.code for answer in batch.results]
    ['EH10', 'empty', 'EHIO']
    >>> [charger.index for charger in batch.lookalikes[0].chargers]
    [0, 2]
    """
    with gc_paused():
        answer: IdentityBatch = call("identify_batch", {"chargers": pairs(chargers)})
        return answer


def keyed_hash(vendor: str, serial: str, secret: str) -> str:
    """The charger's hash under a secret: HMAC-SHA-256 of ``VENDOR:SERIAL`` as 64 lower-case hexadecimal digits.

    ``serial_hash`` can be turned back by trying every serial; this one only by who has the secret.

    Args:
        vendor: as in :func:`identify`.
        serial: as in :func:`identify`.
        secret: a text of at least 16 bytes in UTF-8.

    Raises:
        TierraError: those of :func:`identify`; ``out_of_range`` at ``secret`` for a short one.

    >>> keyed_hash("EVduty Inc.", "5555", "sixteen bytes or more")[:16]
    'a4d5ca170ebcb0a7'
    """
    answer: str = call("keyed_hash", {"vendor": vendor, "serial": serial, "secret": secret})
    return answer
