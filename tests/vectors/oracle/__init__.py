"""An independent reference for tierra's calls: plain Python, written from the contracts and DECISIONS, not from the core."""

import decimal

from . import emission, errors, identity, ledger, money, overlap, performance, projects, rates, returns, units, webhook
from .fault import Fault, Told

# Sums and products of 29-digit decimals are exact.
decimal.getcontext().prec = 80

CALLS = {
    "accrued_interest": projects.accrued_interest,
    "allocate": returns.allocate,
    "annualize": rates.annualize,
    "capacity_factor": projects.capacity_factor,
    "capital_recovery_factor": projects.capital_recovery_factor,
    "check_webhook_address": webhook.check_webhook_address,
    "check_webhook_url": webhook.check_webhook_url,
    "co2e": emission.co2e,
    "combine_uncertainties": projects.combine_uncertainties,
    "conflicts_with": overlap.conflicts_with,
    "convert_unit": units.convert_unit,
    "degraded_energy": projects.degraded_energy,
    "effective_rate": rates.effective_rate,
    "entitlement_weights": money.entitlement_weights,
    "error_body": errors.error_body,
    "exceedance_quantile": projects.exceedance_quantile,
    "exceedance_value": projects.exceedance_value,
    "factors": emission.factors,
    "find_conflicts": overlap.find_conflicts,
    "gain": rates.gain,
    "holding_period_return": rates.holding_period_return,
    "http_status": errors.http_status,
    "identify": identity.identify,
    "identify_batch": identity.identify_batch,
    "irr": returns.irr,
    "keyed_hash": webhook.keyed_hash,
    "lcoe": projects.lcoe,
    "lcoe_fixed_charge": projects.lcoe_fixed_charge,
    "ledger": ledger.play,
    "link_returns": rates.link_returns,
    "loan_schedule": projects.loan_schedule,
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
    "project_cash_flows": projects.project_cash_flows,
    "project_figures": projects.project_figures,
    "public_market_equivalent": rates.public_market_equivalent,
    "resolve": emission.resolve,
    "round_amount": money.round_amount,
    "sign_body": webhook.sign_body,
    "sign_webhook": webhook.sign_webhook,
    "summarize_portfolio": returns.summarize_portfolio,
    "time_weighted_return": performance.time_weighted_return,
    "verify_body": webhook.verify_body,
    "verify_webhook": webhook.verify_webhook,
    "waterfall": projects.waterfall,
    "xirr": returns.xirr,
    "xmirr": rates.xmirr,
    "xnfv": returns.xnfv,
    "xnpv": returns.xnpv,
    "year_fraction": rates.year_fraction,
}

__all__ = ["CALLS", "Fault", "Told"]
