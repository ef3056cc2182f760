//! CO2e of an activity in the factor's own unit.

use rust_decimal::Decimal;

use super::factors::EmissionFactors;
use super::model::{EmissionFactor, GwpVersion};
use super::resolve::{LibraryMatch, ResolutionTier, ResolveQuery, ResolvedFactor};
use crate::named_values::named_values;
use crate::{Error, ErrorCode, Result, decimal, text};

/// An amount of something that emits, in the unit of its factor (the part behind the slash).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity<'a> {
    /// How much. Negative amounts are corrections and give negative emissions.
    pub amount: Decimal,
    /// The unit, such as `kWh` or `litres`.
    pub unit: &'a str,
}

named_values! {
    /// What a reader of the figure should know.
    Co2eWarning {
        /// The factor is a worldwide average (tier `global`).
        GlobalAverage => "global_average",
        /// The library is of an earlier year than the reporting year.
        EarlierLibrary => "earlier_library",
        /// The library is a later edition, the authority's default.
        DefaultLibrary => "default_library",
    }
}

/// The CO2e of one activity, with every number that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Co2e<'a> {
    /// kg CO2e that count towards the total.
    pub co2e_kg: Decimal,
    /// kg of biogenic CO2, which is totalled apart and is not in `co2e_kg`.
    pub biogenic_co2_kg: Decimal,
    /// What the factor gives by itself, in kg: of the gas, or of CO2e where the factor is CO2e already.
    pub emitted_kg: Decimal,
    /// The GWP that was multiplied; `None` where the factor is CO2e already.
    pub gwp: Option<Decimal>,
    /// The oxidation factor that was multiplied; `None` where the library's values include it.
    pub oxidation_factor: Option<Decimal>,
    /// kg in one of the factor's mass units: 1 for `kg`, 0.001 for `g`.
    pub kg_per_mass_unit: Decimal,
    /// The amount that was multiplied, in the factor's unit of activity.
    pub activity_amount: Decimal,
    /// The report whose GWP values were asked.
    pub gwp_version: GwpVersion,
    /// The factor, its library and how they were found.
    pub resolved: ResolvedFactor<'a>,
}

impl Co2e<'_> {
    /// What a reader of the figure should know, in a fixed order.
    #[must_use]
    pub fn warnings(&self) -> Vec<Co2eWarning> {
        let tier = (self.resolved.tier == ResolutionTier::Global).then_some(Co2eWarning::GlobalAverage);
        let library = match self.resolved.library_match {
            LibraryMatch::Exact => None,
            LibraryMatch::Earlier => Some(Co2eWarning::EarlierLibrary),
            LibraryMatch::Default => Some(Co2eWarning::DefaultLibrary),
        };
        tier.into_iter().chain(library).collect()
    }
}

impl EmissionFactors {
    /// The CO2e of an activity: amount × factor × GWP, exact where a product fits into 96 bits and 28 decimal places, else
    /// rounded there, halves to even.
    ///
    /// A factor whose gas is `CO2e`, or whose unit says `kg CO2e of CH4`, is CO2e already and is never multiplied by a
    /// GWP. CO2 has the GWP 1. The CO2 of a biogenic factor is reported in `biogenic_co2_kg` and not in `co2e_kg`; its
    /// CH4 and N2O count, and so does what the library states as CO2e: DEFRA's bioenergy rows hold CH4 and N2O only. The oxidation factor multiplies only where the library says that its
    /// values leave it out (DECISIONS 15). The activity must be in the factor's own unit; nothing is converted but the
    /// factor's `g`, `kg`, `t`, `tonne` or `lb` of gas to kg (1 lb = 0.45359237 kg, NIST Handbook 44, appendix C).
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::resolve`]; [`ErrorCode::FactorNotFound`] when no factor matches;
    /// [`ErrorCode::UnitMismatch`] at `activity.unit`; [`ErrorCode::GwpNotFound`] at `gwpVersion`;
    /// [`ErrorCode::UnknownValue`] at `factors[i].unit` for a unit that is no mass per activity, or whose label names another
    /// gas than the factor; [`ErrorCode::OutOfRange`] when the result does not fit.
    pub fn co2e(&self, query: &ResolveQuery<'_>, activity: &Activity<'_>, gwp_version: GwpVersion) -> Result<Co2e<'_>> {
        let resolved = self.resolve(query)?.ok_or_else(|| self.factor_not_found(query))?;
        let unit = FactorUnit::of(resolved.factor).map_err(|error| error.under(&self.path_of(resolved.factor)))?;
        check_unit(activity.unit, unit.activity, resolved.factor)?;

        let mass = decimal::multiply(activity.amount, resolved.factor.value, "amount × factor")?;
        let mut emitted_kg = decimal::multiply(mass, unit.kg_per_mass_unit, "mass in kg")?;
        let oxidation_factor = resolved.library.values_exclude_oxidation.then_some(resolved.factor.oxidation_factor);
        if let Some(share) = oxidation_factor {
            emitted_kg = decimal::multiply(emitted_kg, share, "mass × oxidation factor")?;
        }
        let gwp = if unit.is_co2e { None } else { Some(self.gwp(&resolved.factor.gas, gwp_version)?) };
        let co2e = decimal::multiply(emitted_kg, gwp.unwrap_or(Decimal::ONE), "mass × GWP")?;
        let biogenic = resolved.factor.is_biogenic && text::folded(&resolved.factor.gas) == "CO2";
        let (co2e_kg, biogenic_co2_kg) = if biogenic { (Decimal::ZERO, co2e) } else { (co2e, Decimal::ZERO) };
        let kg_per_mass_unit = unit.kg_per_mass_unit;
        Ok(Co2e {
            co2e_kg: co2e_kg.normalize(),
            biogenic_co2_kg: biogenic_co2_kg.normalize(),
            emitted_kg: emitted_kg.normalize(),
            gwp,
            oxidation_factor,
            kg_per_mass_unit,
            activity_amount: activity.amount,
            gwp_version,
            resolved,
        })
    }

    /// The error for a query without a factor: what was asked, and how far the search came.
    fn factor_not_found(&self, query: &ResolveQuery<'_>) -> Error {
        let place = query.region.map_or(String::new(), |region| format!(" in `{region}`"));
        let technology = query.technology.map_or(String::new(), |name| format!(" by `{name}`"));
        let message = format!(
            "no `{}` factor for {} of `{}`, category `{}`{place}{technology}, {}: {}",
            query.authority,
            query.gas,
            query.fuel_type,
            query.category,
            query.reporting_year,
            self.why_not_found(query)
        );
        Error::new(ErrorCode::FactorNotFound, "", message)
    }

    /// Where a factor stands in the data, `factors[3]`.
    fn path_of(&self, factor: &EmissionFactor) -> String {
        let index = self.factors().iter().position(|other| other.id == factor.id);
        format!("factors[{}]", index.unwrap_or_default())
    }

    fn gwp(&self, gas: &str, version: GwpVersion) -> Result<Decimal> {
        let folded = text::folded(gas);
        let is_carbon_dioxide = folded == "CO2";
        if let Some(value) = self.gwp_by_gas.get(&(version, folded)).and_then(|at| self.gwp_values().get(*at)) {
            return Ok(value.value);
        }
        // The contract: CO2 has GWP 1 and may be absent.
        if is_carbon_dioxide {
            return Ok(Decimal::ONE);
        }
        let message = format!("`{version}` has no value for the gas `{gas}`; expected one among the GWP values loaded");
        Err(Error::new(ErrorCode::GwpNotFound, "gwpVersion", message))
    }
}

/// Blanks do not matter, case does: `mWh` and `MWh` are a thousand million apart.
fn check_unit(given: &str, expected: &str, factor: &EmissionFactor) -> Result<()> {
    if given.split_whitespace().eq(expected.split_whitespace()) {
        return Ok(());
    }
    let message = format!(
        "`{}` is not the unit of the factor `{}` {} (id {}); expected an activity in `{expected}`",
        text::excerpt(given),
        factor.value,
        factor.unit,
        factor.id
    );
    Err(Error::new(ErrorCode::UnitMismatch, "activity.unit", message))
}

/// A factor's unit taken apart: `kg CO2e of CH4/litres` is kilograms, CO2e already, per `litres`.
struct FactorUnit<'a> {
    kg_per_mass_unit: Decimal,
    is_co2e: bool,
    activity: &'a str,
}

impl<'a> FactorUnit<'a> {
    fn of(factor: &'a EmissionFactor) -> Result<Self> {
        let unknown = |expected: &str| {
            let message = format!("`{}` of factor {} is not understood; expected {expected}", factor.unit, factor.id);
            Error::new(ErrorCode::UnknownValue, "unit", message)
        };
        let (mass, activity) =
            factor.unit.split_once('/').ok_or_else(|| unknown("a mass per unit of activity, such as `kg/kWh`"))?;
        let mass = mass.trim();
        let (mass_unit, label) = mass.split_once(char::is_whitespace).unwrap_or((mass, ""));
        let kg_per_mass_unit =
            kg_per(mass_unit).ok_or_else(|| unknown("a mass in `g`, `kg`, `t`, `tonne` or `lb` before the slash"))?;
        let gas = text::folded(&factor.gas);
        let label = text::folded(label);
        // `CO2e`, `CO2e of CH4`, `CO2e of CH4 per unit`: DEFRA's labels for figures that are CO2e already.
        let co2e_of = label.strip_prefix("CO2E OF ").map(|rest| rest.strip_suffix(" PER UNIT").unwrap_or(rest));
        let label_is_co2e = label == "CO2E" || co2e_of.is_some();
        let labelled_gas = co2e_of.unwrap_or(if label_is_co2e { &gas } else { &label });
        if !label.is_empty() && labelled_gas != gas {
            return Err(unknown(&format!("the label `{0}`, `CO2e` or `CO2e of {0}` behind the mass", factor.gas)));
        }
        if activity.trim().is_empty() {
            return Err(unknown("a unit of activity behind the slash, such as `kg/kWh`"));
        }
        Ok(Self { kg_per_mass_unit, is_co2e: label_is_co2e || gas == "CO2E", activity: activity.trim() })
    }
}

fn kg_per(mass_unit: &str) -> Option<Decimal> {
    match mass_unit {
        "g" => Some(Decimal::new(1, 3)),
        "kg" => Some(Decimal::ONE),
        "t" | "tonne" => Some(Decimal::ONE_THOUSAND),
        "lb" => Some(Decimal::new(45_359_237, 8)),
        _ => None,
    }
}
