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

from . import access, bulk, charger, emission, overlap, returns, webhook
from ._error import ErrorBody, Issue, TierraError, error_body
from ._records import emission as _emission
from ._records.emission import *
from ._tierra import __version__, call_json
from .access import *
from .bulk import *
from .charger import *
from .emission import *
from .emission.imports import FactorImport, ImportReport, SetAside, import_factors
from .ledger import Caller, Ledger
from .overlap import *
from .returns import *
from .webhook import *

__all__ = [
    "Caller",
    "ErrorBody",
    "FactorImport",
    "ImportReport",
    "Issue",
    "Ledger",
    "SetAside",
    "TierraError",
    "__version__",
    "call_json",
    "error_body",
    "import_factors",
]
__all__ += access.__all__
__all__ += bulk.__all__
__all__ += charger.__all__
__all__ += _emission.__all__
__all__ += emission.__all__
__all__ += overlap.__all__
__all__ += returns.__all__
__all__ += webhook.__all__
