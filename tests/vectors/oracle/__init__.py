"""An independent reference for tierra's calls: plain Python, written from the contracts and DECISIONS, not from the core."""

import decimal

from . import emission, identity, overlap, returns
from .fault import Fault

# Sums and products of 29-digit decimals are exact.
decimal.getcontext().prec = 80

CALLS = {
    "allocate": returns.allocate,
    "co2e": emission.co2e,
    "conflicts_with": overlap.conflicts_with,
    "find_conflicts": overlap.find_conflicts,
    "identify": identity.identify,
    "identify_batch": identity.identify_batch,
    "irr": returns.irr,
    "resolve": emission.resolve,
    "summarize_portfolio": returns.summarize_portfolio,
    "xirr": returns.xirr,
    "xnfv": returns.xnfv,
    "xnpv": returns.xnpv,
}

__all__ = ["CALLS", "Fault"]
