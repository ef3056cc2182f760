//! What did it return?

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ffi::call::calls;
use crate::returns::{
    self, Allocation, CouponSchedule, DEFAULT_MINOR_DIGITS, DEFAULT_TOP, DayCount, DayTiming, ExchangeRates, Flows,
    Gain, HeldUnits, InternalRate, Investment, LinkMethod, MarketEquivalent, Multiples, Payback, Payout,
    PortfolioSummary, Rounding, Share, TieBreak, TimeWeightedReturn, Timing, Valuation, WeightBasis, XirrOptions,
    YearFraction,
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
    npv(
        /// The rate per period as a fraction, above -1.
        rate: f64,
        /// An amount a period, negative when paid.
        amounts: Vec<f64>,
        /// When within its period an amount falls.
        timing: Timing = Timing::default(),
    ) -> f64 as npv => |_| returns::npv(rate, &amounts, timing)?;
    mirr(
        /// An amount a period, negative when paid.
        amounts: Vec<f64>,
        /// The rate per period at which what was paid is discounted, above -1.
        finance_rate: f64,
        /// The rate per period at which what was received is compounded, above -1.
        reinvest_rate: f64,
    ) -> f64 as rate => |_| returns::mirr(&amounts, finance_rate, reinvest_rate)?;
    xmirr(
        flows @flat: Flows,
        /// The yearly rate at which what was paid is discounted, above -1.
        finance_rate: f64,
        /// The yearly rate at which what was received is compounded, above -1.
        reinvest_rate: f64,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
        /// Whether flows that span less than a year may be annualised. By default they are refused.
        annualize_short_period: bool = false,
    ) -> f64 as rate => |_| {
        returns::xmirr(&flows.0, finance_rate, reinvest_rate, XirrOptions { day_count, annualize_short_period })?
    };
    year_fraction(
        /// The first day.
        from: NaiveDate,
        /// The second day.
        to: NaiveDate,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
        /// Coupons a year of ACT/ACT ICMA: 1, 2, 3, 4, 6 or 12.
        frequency: u32 = CouponSchedule::default().frequency,
        /// A day on which a coupon of ACT/ACT ICMA falls due; the first day where it is left out.
        coupon: Option<NaiveDate>,
        /// The day on which a contract by 30E/360 ISDA ends.
        termination: Option<NaiveDate>,
    ) -> YearFraction => |_| {
        returns::year_fraction(from, to, day_count, CouponSchedule { frequency, coupon, termination })?
    };
    annualize(
        /// The return as a fraction, -1 or more.
        total_return: f64,
        /// The years that it took.
        years: f64,
        /// Whether less than a year may be annualised. By default it is refused.
        annualize_short_period: bool = false,
    ) -> f64 as rate => |_| returns::annualize(total_return, years, annualize_short_period)?;
    link_returns(
        /// The returns of periods that follow one another, as fractions of -1 or more.
        returns: Vec<f64>,
    ) -> f64 as rate => |_| returns::link_returns(&returns)?;
    holding_period_return(
        /// What it was worth, above zero.
        begin_value: Decimal,
        /// What it is worth.
        end_value: Decimal,
        /// What it paid out in between.
        income: Decimal = Decimal::ZERO,
    ) -> f64 as rate => |_| returns::holding_period_return(begin_value, end_value, income)?;
    effective_rate(
        /// The nominal yearly rate as a fraction.
        nominal_rate: f64,
        /// How many times a year it is compounded.
        periods: u32,
    ) -> f64 as rate => |_| returns::effective_rate(nominal_rate, periods)?;
    nominal_rate(
        /// The yearly rate as a fraction, above -1.
        effective_rate: f64,
        /// How many times a year the nominal one is compounded.
        periods: u32,
    ) -> f64 as rate => |_| returns::nominal_rate(effective_rate, periods)?;
    periods_to_grow(
        /// The rate per period as a fraction, above -1.
        rate: f64,
        /// What it is worth, above zero.
        begin_value: f64,
        /// What it shall be worth, above zero.
        end_value: f64,
    ) -> f64 as periods => |_| returns::periods_to_grow(rate, begin_value, end_value)?;
    time_weighted_return(
        flows @flat: Flows,
        /// What the holding was worth, one value a day, the last of them on or after the last flow: 0 where nothing is left.
        values: Vec<Valuation>,
        /// How the return between two values is found.
        method: LinkMethod = LinkMethod::default(),
        /// When within their days the flows fall.
        timing: DayTiming = DayTiming::default(),
    ) -> TimeWeightedReturn => |_| returns::time_weighted_return(&flows.0, &values, method, timing)?;
    modified_dietz(
        /// The value at the end of the day before the period.
        begin: Valuation,
        /// The value at the end of its last day.
        end: Valuation,
        flows @flat: Flows,
        /// When within their days the flows fall.
        timing: DayTiming = DayTiming::default(),
    ) -> f64 as rate => |_| returns::modified_dietz(begin, end, &flows.0, timing)?;
    #[call(slow)]
    money_weighted_return(
        flows @flat: Flows,
        /// What the holding was worth, one value a day, the last of them on or after the last flow: 0 where nothing is left.
        values: Vec<Valuation>,
        /// When within their days the flows fall.
        timing: DayTiming = DayTiming::default(),
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
        /// Whether less than a year may be annualised. By default it is refused.
        annualize_short_period: bool = false,
    ) -> InternalRate => |_| {
        returns::money_weighted_return(&flows.0, &values, timing, XirrOptions { day_count, annualize_short_period })?
    };
    payback(
        /// An amount a period, the first at time 0, negative when paid.
        amounts: Vec<f64>,
        /// The rate per period to discount at, above -1; 0 for the simple payback.
        rate: f64 = 0.0,
    ) -> Payback => |_| returns::payback(&amounts, rate)?;
    multiples(
        /// What was paid in, zero or more each.
        contributions: Vec<Decimal>,
        /// What was distributed, zero or more each.
        distributions: Vec<Decimal>,
        /// What is left: the net asset value.
        nav: Decimal,
        /// What of the contributions was invested, fees left out; all of them where it is left out.
        invested: Option<Decimal>,
    ) -> Multiples => |_| returns::multiples(&contributions, &distributions, nav, invested)?;
    gain(
        /// What was invested, fees apart.
        invested: Decimal,
        /// What it is worth.
        value: Decimal,
        /// What came out of it: income, sales.
        received: Decimal = Decimal::ZERO,
        /// What it cost beside.
        fees: Decimal = Decimal::ZERO,
    ) -> Gain => |_| returns::gain(invested, value, received, fees)?;
    #[call(slow)]
    public_market_equivalent(
        /// What was paid in (negative) and distributed (positive).
        amounts: Vec<f64>,
        /// The value of the index with its income, on the day of each amount.
        index: Vec<f64>,
        /// What is left after the last of them: the net asset value.
        nav: f64,
        /// The day of each amount, in order; a period apart where they are left out.
        dates: Option<Vec<NaiveDate>>,
    ) -> MarketEquivalent => |_| returns::public_market_equivalent(&amounts, &index, nav, dates.as_deref())?;
    allocate(
        /// The sum to divide, in whole minor units.
        total: Decimal,
        /// The parties and their weights.
        shares: Vec<Share>,
        /// The decimal places of the currency, 0 to 18: 2 for cents.
        minor_digits: u32 = DEFAULT_MINOR_DIGITS,
        /// The id of the distribution, by which ties rotate; without it they go by the parties' ids.
        distribution: Option<&str>,
    ) -> Vec<Allocation> as allocations => |_| {
        let ties = distribution.map_or(TieBreak::ById, |distribution| TieBreak::Rotating { distribution });
        Allocation::of(total, shares, minor_digits, ties)?
    };
    entitlement_weights(
        /// Who held what, and when.
        holdings: Vec<HeldUnits>,
        /// The day at whose end it is looked who holds what.
        record_date: NaiveDate,
        /// By what the distribution is shared.
        basis: WeightBasis = WeightBasis::default(),
        /// The day from which days held are counted.
        first_day: Option<NaiveDate>,
    ) -> Vec<Share> as shares => |_| returns::entitlement_weights(&holdings, record_date, basis, first_day)?;
    pay_out(
        /// Each party's part of this distribution.
        amounts: Vec<Allocation>,
        /// What was carried to parties before.
        carried: Vec<Allocation> = Vec::new(),
        /// The least that is paid, zero or more.
        minimum: Decimal = Decimal::ZERO,
    ) -> Vec<Payout> as payouts => |_| returns::pay_out(&amounts, &carried, minimum)?;
    round_amount(
        /// The amount.
        amount: Decimal,
        /// The decimal places to round to, 0 to 28: 2 for cents.
        minor_digits: u32 = DEFAULT_MINOR_DIGITS,
        /// The rule for what lies between two.
        rounding: Rounding = Rounding::default(),
    ) -> Decimal as amount => |_| returns::round_amount(amount, minor_digits, rounding)?;
    ownership_tokens(
        /// What is invested, zero or more.
        amount: Decimal,
        /// The price of a token, above zero.
        token_price: Decimal,
    ) -> Decimal as tokens => |_| returns::ownership_tokens(amount, token_price)?;
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
