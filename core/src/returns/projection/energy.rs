//! Energy year by year.

use crate::named_values::named_values;
use crate::returns::rates::{check_above_zero, check_finite, finite};
use crate::{Error, ErrorCode, Result, float};

/// The longest life of a plant, in years.
pub(super) const MAX_YEARS: u32 = 200;

named_values! {
    /// How a plant loses output with age.
    #[derive(Default)]
    Degradation {
        /// Each year a part of what the year before had (DECISIONS 50).
        #[default]
        Compound => "compound",
        /// Each year the same part of the first year's, down to nothing.
        Linear => "linear",
    }
}

impl Degradation {
    /// What is left of the first year's output in a year, counted from 1, in which it is undegraded.
    pub(super) fn factor(self, rate: f64, year: u32) -> f64 {
        let age = f64::from(year.saturating_sub(1));
        match self {
            Self::Compound => libm::pow(1.0 - rate, age),
            Self::Linear => (1.0 - rate * age).max(0.0),
        }
    }
}

/// The energy of each year from the first, which is undegraded (DECISIONS 50).
///
/// `degradation` is the part lost a year, as a fraction: 0.005 is 0.5 %. Any unit of energy; not rounded.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `first_year` below zero, at `degradation` outside 0 to 1, at
/// `years` outside 1 to 200.
///
/// ```
/// use tierra::returns::{Degradation, degraded_energy};
/// let compound = degraded_energy(1000.0, 0.005, 25, Degradation::Compound)?;
/// let linear = degraded_energy(1000.0, 0.005, 25, Degradation::Linear)?;
/// assert_eq!(compound[0], 1000.0);
/// assert!((compound[24] - 886.6535).abs() < 1e-4 && (linear[24] - 880.0).abs() < 1e-9);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn degraded_energy(first_year: f64, degradation: f64, years: u32, method: Degradation) -> Result<Vec<f64>> {
    check_not_negative("first_year", first_year)?;
    check_part("degradation", degradation)?;
    check_years("years", years)?;
    Ok((1..=years).map(|year| first_year * method.factor(degradation, year)).collect())
}

/// The part of its capacity that a plant yields over a time: energy / (capacity × hours).
///
/// Energy in the unit of capacity times hours, such as MWh and MW. A fraction, not rounded; above 1 where the figures do not
/// fit together, which is not refused: capacity may be stated as another one than that of the meter.
///
/// # Errors
///
/// [`ErrorCode::NotFinite`] and [`ErrorCode::OutOfRange`] at `energy` below zero, at `capacity` or `hours` for zero or less.
///
/// ```
/// let factor = tierra::returns::capacity_factor(120_000.0, 50.0, 8760.0)?;
/// assert!((factor - 0.274).abs() < 0.0005);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn capacity_factor(energy: f64, capacity: f64, hours: f64) -> Result<f64> {
    check_not_negative("energy", energy)?;
    check_above_zero("capacity", capacity)?;
    check_above_zero("hours", hours)?;
    finite([energy / capacity / hours].into_iter(), "the capacity factor")
}

pub(super) fn check_not_negative(path: &str, value: f64) -> Result<()> {
    check_finite(path, value)?;
    if value < 0.0 {
        let message = format!("`{}` is out of range; expected zero or more", float::written(value));
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

/// Refuses what is no part of a whole.
pub(super) fn check_part(path: &str, value: f64) -> Result<()> {
    check_finite(path, value)?;
    if !(0.0..=1.0).contains(&value) {
        let message = format!("`{}` is out of range; expected a fraction of 0 to 1", float::written(value));
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    Ok(())
}

pub(super) fn check_years(path: &str, years: u32) -> Result<()> {
    if (1..=MAX_YEARS).contains(&years) {
        return Ok(());
    }
    let message = format!("`{years}` is out of range; expected 1 to {MAX_YEARS} years");
    Err(Error::new(ErrorCode::OutOfRange, path, message))
}
