//! What did it return? Net present value, internal rate of return, exact allocation and the portfolio's summary.
//!
//! Money is exact ([`Decimal`](crate::Decimal)). Rates of return are `f64`; their exponentials and logarithms come from
//! the pure-Rust `libm`, so that every platform answers with the same last bit. Cash flows for a rate are `f64` too:
//! [`CashFlow::from_decimal`] takes exact amounts.

mod allocation;
mod cash_flow;
mod day_count;
mod entitlement;
mod exact;
#[cfg(feature = "json")]
mod flows;
mod loan;
mod market_equivalent;
mod money;
mod multiples;
mod payback;
mod payout;
mod performance;
mod portfolio;
mod projection;
mod rates;
mod waterfall;

pub use allocation::{Allocation, DEFAULT_MINOR_DIGITS, Share, TieBreak, allocate, allocate_by, allocate_units};
pub use cash_flow::CashFlow;
pub use day_count::{CouponSchedule, DayCount, YearFraction, year_fraction};
pub use entitlement::{HeldUnits, WeightBasis, entitlement_weights};
#[cfg(feature = "json")]
pub(crate) use flows::Flows;
pub use loan::{Instalment, Loan, Repayment, accrued_interest, loan_schedule};
pub use market_equivalent::{MarketEquivalent, public_market_equivalent};
pub use money::{Rounding, TOKEN_DIGITS, ownership_tokens, round_amount};
pub use multiples::{Gain, Multiples, gain, multiples};
pub use payback::{Payback, payback};
pub use payout::{Payout, pay_out};
pub use performance::{
    DayTiming, LinkMethod, PeriodReturn, TimeWeightedReturn, Valuation, modified_dietz, money_weighted_return,
    time_weighted_return,
};
pub use portfolio::{
    Breakdown, DEFAULT_TOP, ExchangeRates, Investment, InvestmentStatus, PortfolioSummary, ProjectPosition,
    summarize_portfolio,
};
pub use projection::{
    Degradation, Lcoe, PriceBasis, ProjectFigures, ProjectPlan, ProjectTerms, ProjectYear, Projection, capacity_factor,
    capital_recovery_factor, combine_uncertainties, degraded_energy, exceedance_quantile, exceedance_value, lcoe,
    lcoe_fixed_charge, project_cash_flows, project_figures,
};
pub use rates::{
    InternalRate, Timing, XirrOptions, annualize, effective_rate, holding_period_return, irr, link_returns, mirr,
    nominal_rate, npv, periods_to_grow, xirr, xirr_batch, xmirr, xnfv, xnpv,
};
pub use waterfall::{Waterfall, WaterfallTerms, waterfall};
