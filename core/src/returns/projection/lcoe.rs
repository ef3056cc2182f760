//! The levelised cost of energy.

use super::energy::{check_not_negative, check_years};
use crate::named_values::named_values;
use crate::returns::Timing;
use crate::returns::cash_flow::check_amounts;
use crate::returns::rates::{check_above_zero, check_finite, check_rate, finite, periods};
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

named_values! {
    /// In money of which time a cost is told.
    PriceBasis {
        /// In money of each year.
        Nominal => "nominal",
        /// In money of the first year, without inflation.
        Real => "real",
    }
}

record! {
    /// A levelised cost, and what it is made of.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct Lcoe {
        /// Money for a unit of energy.
        pub lcoe: f64,
        /// In money of which time.
        pub basis: PriceBasis,
        /// When within their years costs and energy fall.
        pub timing: Timing,
        /// The present value of the costs.
        pub cost_present_value: f64,
        /// The energy, discounted likewise.
        pub energy_present_value: f64,
    }
}

/// The levelised cost of energy: the present value of the costs over the energy, discounted likewise.
///
/// `costs` and `energy` are of year 0, which is now, and the years after it; those of a year fall at its end unless `timing`
/// says otherwise (DECISIONS 50), those of year 0 now. Costs are discounted at the nominal rate; the energy at it as well,
/// which gives the nominal cost, or at `real_discount_rate`, which gives the real one (NREL, System Advisor Model). Money for
/// a unit of energy as given, not rounded.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `costs`; [`ErrorCode::LengthMismatch`] at `energy`; [`ErrorCode::NotFinite`] at any;
/// [`ErrorCode::OutOfRange`] at a rate of -1 or less, at `energy[i]` below zero; [`ErrorCode::Empty`] at `energy` where there is
/// none.
///
/// ```
/// use tierra::returns::{Timing, lcoe};
/// let (mut costs, mut energy) = (vec![50.0; 11], vec![1000.0; 11]);
/// (costs[0], energy[0]) = (1000.0, 0.0);
/// let found = lcoe(&costs, &energy, 0.1, None, Timing::Start)?;
/// assert!((found.lcoe - 0.19795035898410138).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn lcoe(
    costs: &[f64],
    energy: &[f64],
    nominal_discount_rate: f64,
    real_discount_rate: Option<f64>,
    timing: Timing,
) -> Result<Lcoe> {
    check_amounts("costs", "", costs.iter().copied())?;
    if energy.len() != costs.len() {
        let message =
            format!("has length {}, `costs` has length {}; expected equal lengths", energy.len(), costs.len());
        return Err(Error::new(ErrorCode::LengthMismatch, "energy", message));
    }
    for (year, value) in energy.iter().enumerate() {
        check_not_negative("", *value).map_err(|error| error.at_index(year).under("energy"))?;
    }
    check_rate("nominal_discount_rate", nominal_discount_rate)?;
    if let Some(rate) = real_discount_rate {
        check_rate("real_discount_rate", rate)?;
    }
    let cost_present_value = discounted(costs, nominal_discount_rate, timing, "the present value of the costs")?;
    let energy_rate = real_discount_rate.unwrap_or(nominal_discount_rate);
    let energy_present_value = discounted(energy, energy_rate, timing, "the discounted energy")?;
    if energy_present_value == 0.0 {
        return Err(Error::new(ErrorCode::Empty, "energy", "comes to nothing; expected some energy"));
    }
    Ok(Lcoe {
        lcoe: finite([cost_present_value / energy_present_value].into_iter(), "the levelised cost")?,
        basis: if real_discount_rate.is_some() { PriceBasis::Real } else { PriceBasis::Nominal },
        timing,
        cost_present_value,
        energy_present_value,
    })
}

/// Amounts of year 0 and of the years after it, whose end is a whole number of years from now.
pub(super) fn discounted(amounts: &[f64], rate: f64, timing: Timing, what: &str) -> Result<f64> {
    let present = |(year, amount): (f64, &f64)| {
        let time = if year == 0.0 { 0.0 } else { year - 1.0 + timing.offset() };
        amount * libm::pow(1.0 + rate, -time)
    };
    finite(periods().zip(amounts).filter(|(_, amount)| **amount != 0.0).map(present), what)
}

/// The part of a loan or outlay that must be paid each year to pay it back with interest: i / (1 - (1 + i)^-n).
///
/// At a rate of 0 it is 1/n.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `rate` for -1 or less, at `years` outside 1 to 200.
///
/// ```
/// let factor = tierra::returns::capital_recovery_factor(0.07, 25)?;
/// assert!((factor - 0.0858105172206656).abs() < 1e-15);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn capital_recovery_factor(rate: f64, years: u32) -> Result<f64> {
    check_rate("rate", rate)?;
    check_years("years", years)?;
    let count = f64::from(years);
    if rate == 0.0 {
        return Ok(1.0 / count);
    }
    finite([rate / -libm::expm1(-count * libm::log1p(rate))].into_iter(), "the factor")
}

/// The levelised cost by a fixed charge rate: (rate × capital + fixed cost a year) / energy a year + variable cost.
///
/// NREL's simple method; the [`capital_recovery_factor`] is the simplest charge rate. Money for a unit of energy as given, not
/// rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] at any; [`ErrorCode::OutOfRange`] at `annual_energy` for zero or less, at `capital_cost` or
/// `fixed_charge_rate` below zero.
///
/// ```
/// use tierra::returns::lcoe_fixed_charge;
/// let found = lcoe_fixed_charge(1500.0, 0.0, 0.04, 0.14902948869707536, 8760.0 * 0.22)?;
/// assert!((found - 0.15599).abs() < 1e-5);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn lcoe_fixed_charge(
    capital_cost: f64,
    fixed_operating_cost: f64,
    variable_operating_cost: f64,
    fixed_charge_rate: f64,
    annual_energy: f64,
) -> Result<f64> {
    check_not_negative("capital_cost", capital_cost)?;
    check_finite("fixed_operating_cost", fixed_operating_cost)?;
    check_finite("variable_operating_cost", variable_operating_cost)?;
    check_not_negative("fixed_charge_rate", fixed_charge_rate)?;
    check_above_zero("annual_energy", annual_energy)?;
    let fixed = (fixed_charge_rate * capital_cost + fixed_operating_cost) / annual_energy;
    finite([fixed + variable_operating_cost].into_iter(), "the levelised cost")
}
