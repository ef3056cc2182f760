//! What did it return? Net present value, internal rate of return, exact allocation and the portfolio's summary.
//!
//! Money is exact ([`Decimal`](crate::Decimal)). Rates of return are `f64`; their exponentials and logarithms come from
//! the pure-Rust `libm`, so that every platform answers with the same last bit. Cash flows for a rate are `f64` too:
//! [`CashFlow::from_decimal`] takes exact amounts.

mod allocation;
mod cash_flow;
mod day_count;
#[cfg(feature = "json")]
mod flows;
mod market_equivalent;
mod multiples;
mod payback;
mod performance;
mod portfolio;
mod rates;

pub use allocation::{Allocation, DEFAULT_MINOR_DIGITS, Share, allocate};
pub use cash_flow::CashFlow;
pub use day_count::{CouponSchedule, DayCount, YearFraction, year_fraction};
#[cfg(feature = "json")]
pub(crate) use flows::Flows;
pub use market_equivalent::{MarketEquivalent, public_market_equivalent};
pub use multiples::{Gain, Multiples, gain, multiples};
pub use payback::{Payback, payback};
pub use performance::{
    DayTiming, LinkMethod, PeriodReturn, TimeWeightedReturn, Valuation, modified_dietz, money_weighted_return,
    time_weighted_return,
};
pub use portfolio::{
    Breakdown, DEFAULT_TOP, ExchangeRates, Investment, InvestmentStatus, PortfolioSummary, ProjectPosition,
    summarize_portfolio,
};
pub use rates::{
    InternalRate, Timing, XirrOptions, annualize, effective_rate, holding_period_return, irr, link_returns, mirr,
    nominal_rate, npv, periods_to_grow, xirr, xmirr, xnfv, xnpv,
};
