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
mod portfolio;
mod rates;

pub use allocation::{Allocation, DEFAULT_MINOR_DIGITS, Share, allocate};
pub use cash_flow::CashFlow;
pub use day_count::DayCount;
#[cfg(feature = "json")]
pub(crate) use flows::Flows;
pub use portfolio::{
    Breakdown, DEFAULT_TOP, ExchangeRates, Investment, InvestmentStatus, PortfolioSummary, ProjectPosition,
    summarize_portfolio,
};
pub use rates::{InternalRate, XirrOptions, irr, xirr, xnfv, xnpv};
