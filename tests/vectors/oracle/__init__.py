"""An independent reference for tierra's calls: plain Python, written from the contracts and DECISIONS, not from the core."""

import decimal

from . import emission, errors, identity, ledger, overlap, returns, units, webhook
from .fault import Fault, Told

# Sums and products of 29-digit decimals are exact.
decimal.getcontext().prec = 80

CALLS = {
    "allocate": returns.allocate,
    "check_webhook_address": webhook.check_webhook_address,
    "check_webhook_url": webhook.check_webhook_url,
    "co2e": emission.co2e,
    "conflicts_with": overlap.conflicts_with,
    "convert_unit": units.convert_unit,
    "error_body": errors.error_body,
    "factors": emission.factors,
    "find_conflicts": overlap.find_conflicts,
    "http_status": errors.http_status,
    "identify": identity.identify,
    "identify_batch": identity.identify_batch,
    "irr": returns.irr,
    "keyed_hash": webhook.keyed_hash,
    "ledger": ledger.play,
    "resolve": emission.resolve,
    "sign_body": webhook.sign_body,
    "sign_webhook": webhook.sign_webhook,
    "summarize_portfolio": returns.summarize_portfolio,
    "verify_body": webhook.verify_body,
    "verify_webhook": webhook.verify_webhook,
    "xirr": returns.xirr,
    "xnfv": returns.xnfv,
    "xnpv": returns.xnpv,
}

__all__ = ["CALLS", "Fault", "Told"]
