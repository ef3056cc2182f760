"""An independent reference for tierra's calls: plain Python, written from the contracts and DECISIONS, not from the core."""

import decimal

from . import emission, errors, identity, ledger, money, overlap, performance, rates, returns, units, webhook
from .fault import Fault, Told

# Sums and products of 29-digit decimals are exact.
decimal.getcontext().prec = 80

CALLS = {
    "allocate": returns.allocate,
    "annualize": rates.annualize,
    "check_webhook_address": webhook.check_webhook_address,
    "check_webhook_url": webhook.check_webhook_url,
    "co2e": emission.co2e,
    "conflicts_with": overlap.conflicts_with,
    "convert_unit": units.convert_unit,
    "effective_rate": rates.effective_rate,
    "entitlement_weights": money.entitlement_weights,
    "error_body": errors.error_body,
    "factors": emission.factors,
    "find_conflicts": overlap.find_conflicts,
    "gain": rates.gain,
    "holding_period_return": rates.holding_period_return,
    "http_status": errors.http_status,
    "identify": identity.identify,
    "identify_batch": identity.identify_batch,
    "irr": returns.irr,
    "keyed_hash": webhook.keyed_hash,
    "ledger": ledger.play,
    "link_returns": rates.link_returns,
    "mirr": rates.mirr,
    "modified_dietz": performance.modified_dietz,
    "money_weighted_return": performance.money_weighted_return,
    "multiples": rates.multiples,
    "nominal_rate": rates.nominal_rate,
    "npv": rates.npv,
    "ownership_tokens": money.ownership_tokens,
    "pay_out": money.pay_out,
    "payback": rates.payback,
    "periods_to_grow": rates.periods_to_grow,
    "public_market_equivalent": rates.public_market_equivalent,
    "resolve": emission.resolve,
    "round_amount": money.round_amount,
    "sign_body": webhook.sign_body,
    "sign_webhook": webhook.sign_webhook,
    "summarize_portfolio": returns.summarize_portfolio,
    "time_weighted_return": performance.time_weighted_return,
    "verify_body": webhook.verify_body,
    "verify_webhook": webhook.verify_webhook,
    "xirr": returns.xirr,
    "xmirr": rates.xmirr,
    "xnfv": returns.xnfv,
    "xnpv": returns.xnpv,
    "year_fraction": rates.year_fraction,
}

__all__ = ["CALLS", "Fault", "Told"]
