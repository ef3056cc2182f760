//! What did it return?

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::ffi::call::calls;
use crate::returns::{
    self, Allocation, CouponSchedule, DEFAULT_MINOR_DIGITS, DEFAULT_TOP, DayCount, DayTiming, Degradation,
    ExchangeRates, Flows, Gain, HeldUnits, Instalment, InternalRate, Investment, Lcoe, LinkMethod, Loan,
    MarketEquivalent, Multiples, Payback, Payout, PortfolioSummary, ProjectFigures, ProjectPlan, ProjectTerms,
    Projection, Rounding, Share, TieBreak, TimeWeightedReturn, Timing, Valuation, Waterfall, WaterfallTerms,
    WeightBasis, XirrOptions, YearFraction,
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
        start: NaiveDate,
        /// The second day.
        end: NaiveDate,
        /// How years are counted.
        day_count: DayCount = DayCount::default(),
        /// Coupons a year of ACT/ACT ICMA: 1, 2, 3, 4, 6 or 12.
        frequency: u32 = CouponSchedule::default().frequency,
        /// A day on which a coupon of ACT/ACT ICMA falls due; the first day where it is left out.
        coupon: Option<NaiveDate>,
        /// The day on which a contract by 30E/360 ISDA ends.
        termination: Option<NaiveDate>,
    ) -> YearFraction => |_| {
        returns::year_fraction(start, end, day_count, CouponSchedule { frequency, coupon, termination })?
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
    degraded_energy(
        /// The energy of the first year, zero or more.
        first_year: f64,
        /// The part lost a year, 0 to 1.
        degradation: f64,
        /// How many years, 1 to 200.
        years: u32,
        /// Whether it compounds or is linear.
        method: Degradation = Degradation::default(),
    ) -> Vec<f64> as energy => |_| returns::degraded_energy(first_year, degradation, years, method)?;
    capacity_factor(
        /// The energy, in units of capacity times hours.
        energy: f64,
        /// The capacity, above zero.
        capacity: f64,
        /// The hours in which it was yielded: 8,760 for a year.
        hours: f64 = 8760.0,
    ) -> f64 as capacity_factor => |_| returns::capacity_factor(energy, capacity, hours)?;
    exceedance_quantile(
        /// The probability of exceedance, between 0 and 1: 0.9 for P90.
        probability: f64,
    ) -> f64 as z => |_| returns::exceedance_quantile(probability)?;
    exceedance_value(
        /// The median.
        p50: f64,
        /// The standard deviation as a part of the median: that of one year, or of ten.
        uncertainty: f64,
        /// The probability of exceedance, between 0 and 1: 0.9 for P90.
        probability: f64,
    ) -> f64 as value => |_| returns::exceedance_value(p50, uncertainty, probability)?;
    combine_uncertainties(
        /// Independent uncertainties in one unit, zero or more each.
        parts: Vec<f64>,
    ) -> f64 as uncertainty => |_| returns::combine_uncertainties(&parts)?;
    lcoe(
        /// What is paid in year 0 and in each year after it.
        costs: Vec<f64>,
        /// The energy of the same years, zero or more each.
        energy: Vec<f64>,
        /// The yearly rate at which costs are discounted, and the energy for the nominal cost.
        nominal_discount_rate: f64,
        /// The yearly rate at which the energy is discounted for the real cost.
        real_discount_rate: Option<f64>,
        /// When within their years costs and energy fall; those of year 0 fall now.
        timing: Timing = Timing::End,
    ) -> Lcoe => |_| returns::lcoe(&costs, &energy, nominal_discount_rate, real_discount_rate, timing)?;
    capital_recovery_factor(
        /// The yearly rate, above -1.
        rate: f64,
        /// The years, 1 to 200.
        years: u32,
    ) -> f64 as factor => |_| returns::capital_recovery_factor(rate, years)?;
    lcoe_fixed_charge(
        /// What it costs to build.
        capital_cost: f64,
        /// What it costs to operate a year.
        fixed_operating_cost: f64 = 0.0,
        /// What a unit of energy costs beside.
        variable_operating_cost: f64 = 0.0,
        /// The part of the capital cost that is charged a year.
        fixed_charge_rate: f64,
        /// The energy a year, above zero.
        annual_energy: f64,
    ) -> f64 as lcoe => |_| {
        returns::lcoe_fixed_charge(
            capital_cost, fixed_operating_cost, variable_operating_cost, fixed_charge_rate, annual_energy,
        )?
    };
    project_figures(
        /// The project's terms.
        terms: ProjectTerms,
    ) -> ProjectFigures => |_| returns::project_figures(&terms)?;
    project_cash_flows(
        /// What the project is planned to yield and to cost.
        plan: ProjectPlan,
    ) -> Projection => |_| returns::project_cash_flows(&plan)?;
    waterfall(
        /// What the investors contributed.
        contributed: Decimal,
        /// What there is to share.
        proceeds: Decimal,
        /// How it is shared.
        terms: WaterfallTerms,
    ) -> Waterfall => |_| returns::waterfall(contributed, proceeds, &terms)?;
    loan_schedule(
        /// The loan.
        loan: Loan,
    ) -> Vec<Instalment> as instalments => |_| returns::loan_schedule(&loan)?;
    accrued_interest(
        /// What is owed, zero or more.
        principal: Decimal,
        /// The yearly rate as a fraction, zero or more.
        annual_rate: Decimal,
        /// The first day.
        start: NaiveDate,
        /// The day up to which it accrues.
        end: NaiveDate,
        /// How years are counted: by days over a fixed number of them.
        day_count: DayCount = DayCount::default(),
    ) -> Decimal as interest => |_| returns::accrued_interest(principal, annual_rate, start, end, day_count)?;
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
