//! The cash flows of a project, year by year.

use super::energy::{Degradation, check_not_negative, check_part, check_years};
use super::lcoe::discounted;
use crate::returns::rates::{check_finite, check_rate, finite};
use crate::returns::{InternalRate, Payback, Timing, irr, payback};
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

record! {
    /// What a project is planned to yield and to cost. Money is of each year, in one currency; rates and parts are fractions.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq)]
    pub struct ProjectPlan {
        /// What it costs to build, paid now. Above zero.
        pub capital_cost: f64,
        /// The years that it yields, 1 to 200.
        pub years: u32,
        /// The energy of the first year, undegraded.
        pub first_year_energy: f64,
        /// The part of the output lost a year.
        #[wire(default)]
        pub degradation: f64,
        /// Whether degradation compounds or is linear.
        #[wire(default)]
        pub degradation_method: Degradation,
        /// The part of the time that it can yield.
        #[wire(default = 1.0)]
        pub availability: f64,
        /// The price of a unit of energy in each year from the first; the last one goes on, growing by `price_growth`.
        pub prices: Vec<f64>,
        /// By what the price grows a year after the last one given.
        #[wire(default)]
        pub price_growth: f64,
        /// What it costs to operate in the first year.
        #[wire(default)]
        pub operating_cost: f64,
        /// By what that grows a year.
        #[wire(default)]
        pub operating_cost_growth: f64,
        /// The part of a year's profit that is paid as tax. Losses are carried forward.
        #[wire(default)]
        pub tax_rate: f64,
        /// Over how many years the capital cost is written off, in equal parts; over all of them where it is left out.
        pub depreciation_years: Option<u32>,
        /// The yearly rate to discount at.
        pub discount_rate: f64,
        /// When within their years the cash flows fall, for the present value and the levelised cost.
        #[wire(default = Timing::End)]
        pub timing: Timing,
    }
}

record! {
    /// A year of a project.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct ProjectYear {
        /// Which year, from 1.
        pub year: u32,
        /// The energy sold.
        pub energy: f64,
        /// Its price.
        pub price: f64,
        /// Energy times price.
        pub revenue: f64,
        /// What it cost to operate.
        pub operating_cost: f64,
        /// The tax on revenue less operating cost, depreciation and losses carried forward.
        pub tax: f64,
        /// What is left: revenue less operating cost and tax.
        pub cash_flow: f64,
    }
}

record! {
    /// A project's years, and what they are worth.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq)]
    #[non_exhaustive]
    pub struct Projection {
        /// The years, from the first.
        pub years: Vec<ProjectYear>,
        /// How degradation was counted.
        pub degradation_method: Degradation,
        /// When within their years the cash flows were taken to fall.
        pub timing: Timing,
        /// The present value at the discount rate, the capital cost taken off.
        pub net_present_value: f64,
        /// The rate a year, amounts a year apart; `None` where none exists.
        pub internal_rate: Option<f64>,
        /// Whether there are other rates.
        pub ambiguous: bool,
        /// When the cash flows have paid the capital cost back, undiscounted.
        pub payback: Payback,
        /// Capital and operating cost for a unit of energy, both discounted at the rate: nominal, before tax. `None` where there
        /// is no energy.
        pub lcoe: Option<f64>,
    }
}

/// Energy, revenue, cost and tax of a project year by year, with its present value, internal rate, payback and levelised cost.
///
/// The first year is undegraded (DECISIONS 50). Nothing is rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at the plan's field; [`ErrorCode::Empty`] at `plan.prices`;
/// [`ErrorCode::OutOfRange`] where a value overflows.
///
/// ```
/// use tierra::returns::{Degradation, ProjectPlan, Timing, project_cash_flows};
/// let plan = ProjectPlan {
///     capital_cost: 1000.0,
///     years: 10,
///     first_year_energy: 1000.0,
///     degradation: 0.0,
///     degradation_method: Degradation::Compound,
///     availability: 1.0,
///     prices: vec![0.2],
///     price_growth: 0.0,
///     operating_cost: 50.0,
///     operating_cost_growth: 0.0,
///     tax_rate: 0.0,
///     depreciation_years: None,
///     discount_rate: 0.1,
///     timing: Timing::Start,
/// };
/// let found = project_cash_flows(&plan)?;
/// assert_eq!(found.years[9].cash_flow, 150.0);
/// assert!((found.lcoe.unwrap_or_default() - 0.19795035898410138).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn project_cash_flows(plan: &ProjectPlan) -> Result<Projection> {
    check(plan).map_err(|error| error.under("plan"))?;
    let depreciation_years = plan.depreciation_years.unwrap_or(plan.years);
    let mut years = Vec::new();
    let mut loss_carried = 0.0;
    for year in 1..=plan.years {
        let age = f64::from(year - 1);
        let energy =
            plan.first_year_energy * plan.availability * plan.degradation_method.factor(plan.degradation, year);
        let price = price_of(plan, year);
        let operating_cost = plan.operating_cost * libm::pow(1.0 + plan.operating_cost_growth, age);
        let written_off =
            if year <= depreciation_years { plan.capital_cost / f64::from(depreciation_years) } else { 0.0 };
        let revenue = energy * price;
        let profit = revenue - operating_cost - written_off - loss_carried;
        loss_carried = (-profit).max(0.0);
        let tax = profit.max(0.0) * plan.tax_rate;
        let cash_flow = finite([revenue, -operating_cost, -tax].into_iter(), "the cash flow")?;
        years.push(ProjectYear { year, energy, price, revenue, operating_cost, tax, cash_flow });
    }
    let column = |first: f64, of: fn(&ProjectYear) -> f64| -> Vec<f64> {
        std::iter::once(first).chain(years.iter().map(of)).collect()
    };
    let flows = column(-plan.capital_cost, |year| year.cash_flow);
    let costs = column(plan.capital_cost, |year| year.operating_cost);
    let energy = column(0.0, |year| year.energy);
    let cost_value = discounted(&costs, plan.discount_rate, plan.timing, "the present value of the costs")?;
    let energy_value = discounted(&energy, plan.discount_rate, plan.timing, "the discounted energy")?;
    let found = irr(&flows).ok();
    Ok(Projection {
        net_present_value: discounted(&flows, plan.discount_rate, plan.timing, "the net present value")?,
        internal_rate: found.as_ref().map(InternalRate::rate),
        ambiguous: found.is_some_and(|found| found.is_ambiguous()),
        payback: payback(&flows, 0.0)?,
        lcoe: (energy_value > 0.0).then(|| cost_value / energy_value),
        degradation_method: plan.degradation_method,
        timing: plan.timing,
        years,
    })
}

fn price_of(plan: &ProjectPlan, year: u32) -> f64 {
    let at = usize::try_from(year).unwrap_or(usize::MAX) - 1;
    if let Some(price) = plan.prices.get(at) {
        return *price;
    }
    let given = u32::try_from(plan.prices.len()).unwrap_or(u32::MAX);
    let last = plan.prices.last().copied().unwrap_or(0.0);
    last * libm::pow(1.0 + plan.price_growth, f64::from(year.saturating_sub(given)))
}

fn check(plan: &ProjectPlan) -> Result<()> {
    crate::returns::rates::check_above_zero("capital_cost", plan.capital_cost)?;
    check_years("years", plan.years)?;
    check_not_negative("first_year_energy", plan.first_year_energy)?;
    check_part("degradation", plan.degradation)?;
    check_part("availability", plan.availability)?;
    if plan.prices.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "prices", "is empty; expected at least one price"));
    }
    for (index, price) in plan.prices.iter().enumerate() {
        check_finite("", *price).map_err(|error| error.at_index(index).under("prices"))?;
    }
    check_rate("price_growth", plan.price_growth)?;
    check_not_negative("operating_cost", plan.operating_cost)?;
    check_rate("operating_cost_growth", plan.operating_cost_growth)?;
    check_part("tax_rate", plan.tax_rate)?;
    if let Some(years) = plan.depreciation_years {
        check_years("depreciation_years", years)?;
    }
    check_rate("discount_rate", plan.discount_rate)
}
