"""One core for clean-energy and carbon programs.

=================================  =====================================================================
Which device is this?              :func:`identify`, :func:`identify_batch`, :func:`keyed_hash`
Has someone already claimed it?    :func:`find_conflicts`, :func:`conflicts_with`
The same for millions              :func:`serial_hashes`, :func:`find_conflict_pairs`,
                                   :func:`count_conflict_pairs`, :class:`ClaimIndex`
Who has registered it?             :class:`Ledger`: registrations, disputes, keys and webhooks in a file
What did it emit?                  :class:`EmissionFactors`, :func:`convert_unit`
What did it return?                :func:`xirr`, :func:`irr`, :func:`xnpv`, :func:`xnfv`,
                                   :func:`allocate`, :func:`summarize_portfolio`
Is this webhook genuine?           :func:`verify_webhook`, :func:`sign_webhook`, :func:`verify_body`,
                                   :func:`sign_body`
May one be sent there?             :func:`check_webhook_url`, :func:`check_webhook_address`
How often may someone ask?         :class:`RateLimiter`
=================================  =====================================================================

Every refusal is a :class:`TierraError` with a stable ``code``, the ``path`` of the field and a sentence. Money, factors
and quantities are :class:`decimal.Decimal`; where a number goes in, ``int``, ``float`` (by the digits of its ``repr``),
``Decimal`` and a string of digits are taken. Rates of return are ``float``. Days are :class:`datetime.date`; ISO strings
are taken too. The same rules answer, to the last digit, in Rust, Node and the browser.
"""

from __future__ import annotations

from ._error import ErrorBody, Issue, TierraError, error_body
from ._tierra import __version__, call_json
from .access import RateDecision, RateLimit, RateLimiter
from .bulk import (
    ClaimIndex,
    ConflictPairs,
    SerialHashes,
    count_conflict_pairs,
    find_conflict_pairs,
    serial_hashes,
)
from .charger import (
    ChargerIdentity,
    IdentityAdvisory,
    IdentityBatch,
    Lookalike,
    LookalikeCharger,
    LookalikeGroup,
    identify,
    identify_batch,
    keyed_hash,
)
from .emission import (
    Co2e,
    EmissionFactor,
    EmissionFactorLibrary,
    EmissionFactors,
    Emissions,
    Explanation,
    FactorPage,
    FailedRow,
    FuelProperty,
    GwpValue,
    Instrument,
    Inventory,
    InventoryRow,
    InventoryTotals,
    ResolvedFactor,
    convert_unit,
)
from .emission.imports import FactorImport, ImportReport, SetAside, import_factors
from .ledger import Caller, Ledger
from .overlap import (
    Claim,
    NewOverlap,
    Overlap,
    OverlappingClaim,
    Period,
    conflicts_with,
    find_conflicts,
)
from .returns import (
    Breakdown,
    InternalRate,
    PortfolioSummary,
    ProjectPosition,
    allocate,
    irr,
    summarize_portfolio,
    xirr,
    xnfv,
    xnpv,
)
from .webhook import (
    check_webhook_address,
    check_webhook_url,
    sign_body,
    sign_webhook,
    verify_body,
    verify_webhook,
)

__all__ = [
    "Breakdown",
    "Caller",
    "ChargerIdentity",
    "Claim",
    "ClaimIndex",
    "Co2e",
    "ConflictPairs",
    "EmissionFactor",
    "EmissionFactorLibrary",
    "EmissionFactors",
    "Emissions",
    "ErrorBody",
    "Explanation",
    "FactorImport",
    "FactorPage",
    "FailedRow",
    "FuelProperty",
    "GwpValue",
    "IdentityAdvisory",
    "IdentityBatch",
    "ImportReport",
    "Instrument",
    "InternalRate",
    "Inventory",
    "InventoryRow",
    "InventoryTotals",
    "Issue",
    "Ledger",
    "Lookalike",
    "LookalikeCharger",
    "LookalikeGroup",
    "NewOverlap",
    "Overlap",
    "OverlappingClaim",
    "Period",
    "PortfolioSummary",
    "ProjectPosition",
    "RateDecision",
    "RateLimit",
    "RateLimiter",
    "ResolvedFactor",
    "SerialHashes",
    "SetAside",
    "TierraError",
    "__version__",
    "allocate",
    "call_json",
    "check_webhook_address",
    "check_webhook_url",
    "conflicts_with",
    "convert_unit",
    "count_conflict_pairs",
    "error_body",
    "find_conflict_pairs",
    "find_conflicts",
    "identify",
    "identify_batch",
    "import_factors",
    "irr",
    "keyed_hash",
    "serial_hashes",
    "sign_body",
    "sign_webhook",
    "summarize_portfolio",
    "verify_body",
    "verify_webhook",
    "xirr",
    "xnfv",
    "xnpv",
]
