//! What did it return?

use rust_decimal::Decimal;

use crate::ffi::call::calls;
use crate::returns::{
    self, Allocation, DEFAULT_MINOR_DIGITS, DEFAULT_TOP, DayCount, ExchangeRates, Flows, InternalRate, Investment,
    PortfolioSummary, Share, XirrOptions,
};

calls! {
    /// The calls on returns.
    pub(in crate::ffi) CALLS: (), "", "returns";

    xnpv(
        /// The yearly rate as a fraction, above -1: 0.08 is 8 %.
        rate: f64,
        flows @flat: Flows,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
    ) -> f64 as npv => |_| returns::xnpv(rate, &flows.0, day_count)?;
    xnfv(
        /// The yearly rate as a fraction, above -1: 0.08 is 8 %.
        rate: f64,
        flows @flat: Flows,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
    ) -> f64 as nfv => |_| returns::xnfv(rate, &flows.0, day_count)?;
    #[call(slow)]
    xirr(
        flows @flat: Flows,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
        /// Whether flows that span less than a year may be annualised. By default they are refused.
        annualize_short_period: bool = false,
    ) -> InternalRate => |_| returns::xirr(&flows.0, XirrOptions { day_count, annualize_short_period })?;
    #[call(slow)]
    irr(
        /// An amount a period, negative when paid.
        amounts: Vec<f64>,
    ) -> InternalRate => |_| returns::irr(&amounts)?;
    allocate(
        /// The sum to divide, in whole minor units.
        total: Decimal,
        /// The parties and their weights.
        shares: Vec<Share>,
        /// The decimal places of the currency, 0 to 18: 2 for cents.
        minor_digits: u32 = DEFAULT_MINOR_DIGITS,
    ) -> Vec<Allocation> as allocations => |_| Allocation::of(total, shares, minor_digits)?;
    summarize_portfolio(
        /// The investments, each with an id of its own.
        investments: Vec<Investment>,
        /// The currency to sum in, three capital letters; that of the investments where it is left out.
        currency: Option<String>,
        /// Other currencies, and the units of `currency`, which must stand beside them, for one of theirs, above zero.
        rates: Option<Vec<(String, Decimal)>>,
        /// How many of the largest positions are listed.
        top: usize = DEFAULT_TOP,
    ) -> PortfolioSummary => |_| {
        let exchange = ExchangeRates::stated(currency, rates)?;
        returns::summarize_portfolio(&investments, exchange.as_ref(), top)?
    };
}
