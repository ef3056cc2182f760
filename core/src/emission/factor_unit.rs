//! The unit of a factor: a mass of a gas, or of CO2e, per unit of activity.

use rust_decimal::Decimal;

use super::units::{Dimension, Unit, simple};
use crate::{Error, ErrorCode, Result, text};

/// A factor's unit taken apart: `kg CO2e of CH4/litres` is kilograms, CO2e already, per `litres`.
#[derive(Debug, Clone)]
pub(in crate::emission) struct FactorUnit {
    /// kg in one of its mass units.
    pub(super) kg_per_mass_unit: Decimal,
    /// What stands between the mass and the slash.
    label: String,
    /// Behind the slash, as it is written.
    pub(super) activity: String,
    /// The same as a unit, where it is a known one.
    pub(super) activity_unit: Option<Unit>,
}

impl FactorUnit {
    /// Takes a unit apart.
    ///
    /// [`ErrorCode::UnknownValue`] at `unit` for one that is no mass per activity.
    pub(in crate::emission) fn of(unit: &str) -> Result<Self> {
        let parts = unit.split_once('/').or_else(|| unit.split_once(" per "));
        let (mass, activity) =
            parts.ok_or_else(|| misunderstood(unit, "a mass per unit of activity, such as `kg/kWh`"))?;
        let (size, label) = mass_and_label(mass).ok_or_else(|| match joined(mass.trim()) {
            Some((mass, gas)) => {
                misunderstood(unit, &format!("a blank behind the mass: `{mass} {gas}/{}`", activity.trim()))
            }
            None => misunderstood(unit, "a mass such as `g`, `kg`, `tonne`, `lb` or `short ton` before the slash"),
        })?;
        let activity = activity.trim();
        if activity.is_empty() {
            return Err(misunderstood(unit, "a unit of activity behind the slash, such as `kg/kWh`"));
        }
        let label = text::folded(label);
        Ok(Self { kg_per_mass_unit: size, label, activity: activity.to_owned(), activity_unit: Unit::of(activity) })
    }

    /// Whether the figure is CO2e already, for a factor of this gas.
    ///
    /// [`ErrorCode::UnknownValue`] at `unit` for a label that names another gas.
    pub(in crate::emission) fn is_co2e(&self, gas: &str, unit: &str) -> Result<bool> {
        let folded = text::folded(gas);
        // `CO2e`, `CO2e of CH4`, `CO2e of CH4 per unit`: DEFRA's labels for figures that are CO2e already.
        let label = self.label.as_str();
        let co2e_of = label.strip_prefix("CO2E OF ").map(|rest| rest.strip_suffix(" PER UNIT").unwrap_or(rest));
        let label_is_co2e = label == "CO2E" || co2e_of.is_some();
        let labelled_gas = co2e_of.unwrap_or(if label_is_co2e { &folded } else { label });
        if !label.is_empty() && labelled_gas != folded {
            let expected = format!("the label `{gas}`, `CO2e` or `CO2e of {gas}` behind the mass");
            return Err(misunderstood(unit, &expected));
        }
        Ok(label_is_co2e || folded == "CO2E")
    }
}

fn misunderstood(unit: &str, expected: &str) -> Error {
    let message = format!("`{}` is not understood; expected {expected}", text::excerpt(unit));
    Error::new(ErrorCode::UnknownValue, "unit", message)
}

/// The mass and the gas of a text such as `kgCO2e`.
fn joined(given: &str) -> Option<(&str, &str)> {
    let at = ["CO2", "CH4", "N2O"].into_iter().filter_map(|gas| given.find(gas)).min()?;
    let (mass, gas) = given.split_at_checked(at)?;
    simple(mass).filter(|unit| unit.dimension() == Dimension::Mass).map(|_| (mass, gas))
}

/// The size of the mass that a text begins with, in kg, and what stands behind it.
fn mass_and_label(given: &str) -> Option<(Decimal, &str)> {
    let given = given.trim();
    // Two words before one, for `short ton CO2`.
    let ends = given.match_indices(char::is_whitespace).map(|(at, _)| at).chain([given.len()]);
    let mut ends: Vec<usize> = ends.take(2).collect();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let (mass, label) = given.split_at_checked(end)?;
        let unit = simple(mass).filter(|unit| unit.dimension() == Dimension::Mass)?;
        Some((unit.size(), label.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_units_come_apart() {
        let parts = |text: &str| FactorUnit::of(text).map(|unit| (unit.kg_per_mass_unit.to_string(), unit.activity));
        assert_eq!(parts("kg CO2e of CH4 per unit/kWh (Net CV)").unwrap(), ("1".into(), "kWh (Net CV)".into()));
        assert_eq!(parts("metric ton CO2e/short ton").unwrap(), ("1000".into(), "short ton".into()));
        assert_eq!(parts("lb CO2 per MWh").unwrap(), ("0.45359237".into(), "MWh".into()));
        for text in ["kWh", "kg/", "kWh (Net CV)/litres", "/kWh", "ton CO2/MWh"] {
            assert_eq!(parts(text).unwrap_err().code(), ErrorCode::UnknownValue, "{text}");
        }
        assert!(parts("kgCO2e/kWh").unwrap_err().message().contains("`kg CO2e/kWh`"));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,30}") {
            let _ = FactorUnit::of(&text);
        }
    }
}
