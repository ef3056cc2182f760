"""Which device is this? Vendor and serial made canonical, and the hash that names the charger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ._bulk import gc_paused
from ._error import TierraError, error_of
from ._tierra import call


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A letter of a normalised serial that is easily misread as a digit."""

    position: int
    """Where it stands in the normalised serial, counted from 1."""
    character: str
    """The letter: ``O``, ``I``, ``S`` or ``B``."""
    resembles: str
    """The digit it may have been meant as: ``0``, ``1``, ``5`` or ``8``."""


@dataclass(frozen=True, slots=True)
class ChargerIdentity:
    """One charger: its canonical maker, its normalised serial number and the hash of both."""

    vendor_canonical: str
    """The maker in canonical form, such as ``EVDUTY``."""
    serial_normalized: str
    """The serial in canonical form: 1 to 64 of ``A-Z 0-9``."""
    serial_hash: str
    """SHA-256 of ``VENDOR:SERIAL`` as 64 lower-case hexadecimal digits."""
    serial_last4: str
    """The last four characters of the normalised serial."""
    lookalikes: tuple[Lookalike, ...]
    """Letters that are easily misread as digits: an advisory, no error."""


@dataclass(frozen=True, slots=True)
class LookalikeCharger:
    """One charger of a :class:`LookalikeGroup`."""

    index: int
    """Where the charger first stands in the list given."""
    serial_normalized: str
    """Its serial in canonical form."""


@dataclass(frozen=True, slots=True)
class LookalikeGroup:
    """Different chargers of one maker whose serials a person can misread for one another."""

    vendor_canonical: str
    """The maker in canonical form."""
    chargers: tuple[LookalikeCharger, ...]
    """The chargers, in the order of the list given."""


@dataclass(frozen=True, slots=True)
class IdentityBatch:
    """The answers of :func:`identify_batch`."""

    results: list[ChargerIdentity | TierraError]
    """One answer a charger, in order: its identity, or why it was refused."""
    lookalikes: list[LookalikeGroup]
    """Advisories: chargers that may be one device misread."""


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
    return _identity(call("identify", {"vendor": vendor, "serial": serial}))


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
        answer = call("identify_batch", {"chargers": _pairs(chargers)})
        return IdentityBatch(
            results=[error_of(one["error"]) if "error" in one else _identity(one) for one in answer["results"]],
            lookalikes=[
                LookalikeGroup(
                    vendor_canonical=group["vendor_canonical"],
                    chargers=tuple(LookalikeCharger(**charger) for charger in group["chargers"]),
                )
                for group in answer["lookalikes"]
            ],
        )


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
    answer: str = call("keyed_hash", {"vendor": vendor, "serial": serial, "secret": secret})["keyed_hash"]
    return answer


def _pairs(chargers: Any) -> Any:
    """Pairs as objects with field names. What is no pair is handed on, for the core to refuse with its path."""
    if isinstance(chargers, (str, bytes)) or not isinstance(chargers, Iterable):
        return chargers
    return [
        {"vendor": charger[0], "serial": charger[1]}
        if isinstance(charger, (tuple, list)) and len(charger) == 2
        else charger
        for charger in chargers
    ]


def _identity(answer: dict[str, Any]) -> ChargerIdentity:
    lookalikes = tuple(Lookalike(**one) for one in answer.pop("lookalikes"))
    return ChargerIdentity(**answer, lookalikes=lookalikes)
