//! The figures that a project's own terms imply (investment contract, `GET /v1/projects`).

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::returns::exact;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal};

record! {
    /// A project's terms, in the contract's names; what is not known is left out.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct ProjectTerms {
        /// What is to be raised, above zero.
        pub target_amount: Option<Decimal>,
        /// What is raised so far.
        pub raised_amount: Option<Decimal>,
        /// The return expected a year, in per cent, above zero.
        pub expected_return_annual: Option<Decimal>,
        /// The years until the exit, above zero.
        pub exit_timeline_years: Option<Decimal>,
        /// The capacity in MW, above zero.
        pub capacity_mw: Option<Decimal>,
        /// The energy expected a year, in MWh.
        pub expected_generation_mwh_annual: Option<Decimal>,
        /// How many panels there are.
        pub panel_count: Option<u32>,
        /// The capacity of a panel in W, above zero.
        pub panel_capacity_w: Option<Decimal>,
    }
}

record! {
    /// What follows from a project's terms; `None` where they do not say enough.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct ProjectFigures {
        /// 100 × raised / target, rounded half up to 2 decimal places.
        pub funding_percentage: Option<Decimal>,
        /// The return expected up to the exit, in per cent: that of a year times the years. The list's `total_return`
        /// (DECISIONS 49).
        pub expected_return_total: Option<Decimal>,
        /// The years after which the expected return has paid the investment back, rounded half up to 2 decimal places.
        pub payback_years: Option<Decimal>,
        /// The same in whole years, rounded up, as the contract shows it (DECISIONS 47).
        pub payback_period_years: Option<u32>,
        /// Energy over capacity times 8,760 hours, in per cent, rounded half up to 1 decimal place.
        pub capacity_factor: Option<Decimal>,
        /// Panels times their capacity, in MW.
        pub installed_capacity_mw: Option<Decimal>,
    }
}

/// The figures that a project's terms imply: funding, total return, payback, capacity factor.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `terms` and the field for what is below zero, or zero where something is divided by it, and
/// for what does not fit.
///
/// ```
/// use tierra::{Decimal, returns::{ProjectTerms, project_figures}};
/// let terms = ProjectTerms {
///     target_amount: Some(Decimal::from(2_500_000)),
///     raised_amount: Some(Decimal::from(1_800_000)),
///     expected_return_annual: Some(Decimal::new(105, 1)),
///     ..ProjectTerms::default()
/// };
/// let figures = project_figures(&terms)?;
/// assert_eq!(figures.funding_percentage, Some(Decimal::from(72)));
/// assert_eq!((figures.payback_years, figures.payback_period_years), (Some(Decimal::new(952, 2)), Some(10)));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn project_figures(terms: &ProjectTerms) -> Result<ProjectFigures> {
    check(terms)?;
    let hundred = Decimal::ONE_HUNDRED;
    let payback = terms.expected_return_annual.map(|annual| quotient(hundred, Decimal::ONE, annual)).transpose()?;
    let whole = |years: Decimal| {
        years.round_dp_with_strategy(0, RoundingStrategy::ToPositiveInfinity).to_u32().ok_or_else(|| {
            let message = format!("`{years}` years do not fit; expected a larger return");
            Error::new(ErrorCode::OutOfRange, "terms.expected_return_annual", message)
        })
    };
    let year = Decimal::from(8760);
    let panels = |(count, watts): (u32, Decimal)| {
        quotient(Decimal::from(count), watts, Decimal::from(1_000_000)).map(|megawatts| megawatts.normalize())
    };
    Ok(ProjectFigures {
        funding_percentage: terms
            .raised_amount
            .zip(terms.target_amount)
            .map(|(raised, target)| Ok(rounded(quotient(raised, hundred, target)?, 2)))
            .transpose()?,
        expected_return_total: terms
            .expected_return_annual
            .zip(terms.exit_timeline_years)
            .map(|(annual, years)| Ok(decimal::multiply(annual, years, "the total return")?.normalize()))
            .transpose()?,
        payback_years: payback.map(|years| rounded(years, 2)),
        payback_period_years: payback.map(whole).transpose()?,
        capacity_factor: terms
            .expected_generation_mwh_annual
            .zip(terms.capacity_mw)
            .map(|(energy, capacity)| {
                let hours = decimal::multiply(capacity, year, "capacity × hours")?;
                Ok(rounded(quotient(energy, hundred, hours)?, 1))
            })
            .transpose()?,
        installed_capacity_mw: terms.panel_count.zip(terms.panel_capacity_w).map(panels).transpose()?,
    })
}

fn check(terms: &ProjectTerms) -> Result<()> {
    let fields = [
        ("target_amount", terms.target_amount, false),
        ("raised_amount", terms.raised_amount, true),
        ("expected_return_annual", terms.expected_return_annual, false),
        ("exit_timeline_years", terms.exit_timeline_years, false),
        ("capacity_mw", terms.capacity_mw, false),
        ("expected_generation_mwh_annual", terms.expected_generation_mwh_annual, true),
        ("panel_capacity_w", terms.panel_capacity_w, false),
    ];
    for (path, value, zero_allowed) in fields {
        if let Some(value) = value {
            exact::check_sign(path, value, zero_allowed).map_err(|error| error.under("terms"))?;
        }
    }
    Ok(())
}

fn quotient(amount: Decimal, multiplier: Decimal, divisor: Decimal) -> Result<Decimal> {
    decimal::multiply_divide(amount, multiplier, divisor, "the figure")
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    decimal::round_half_up(value, places).normalize()
}
