//! How rows are counted: the factors with every number that an amount is multiplied by, and what each gas contributes.

use rust_decimal::Decimal;

use super::co2e::FactorUse;
use super::conversion::Conversion;
use super::model::{EmissionFactor, EmissionFactorLibrary, EmissionScope, GwpValue, GwpVersion};
use super::resolve::LibraryMatch;
use super::search::ResolutionTier;
use super::warnings::Co2eWarning;
use super::whole::StatedCategory;
use crate::Result;
use crate::decimal::RoundedSum;
use crate::named_values::named_values;
use crate::wire::record;

named_values! {
    /// What a factor's emissions are to the total.
    EmissionRole {
        /// They count.
        Counted => "counted",
        /// They are a part of the CO2e that counts already, published beside it.
        PartOfTotal => "part_of_total",
        /// They are biogenic CO2, totalled apart.
        Biogenic => "biogenic",
    }
}

/// How a row is counted: the factors, conversions and GWPs. Rows that ask for the same share one.
#[derive(Debug, Clone)]
pub struct Method<'f> {
    pub(super) uses: Vec<(EmissionRole, FactorUse<'f>)>,
    /// What counts the part of bought energy that no contract covers, market-based; empty where that is the grid's factor.
    pub(super) residual: Vec<FactorUse<'f>>,
    pub(super) gases_not_stated: Vec<String>,
    pub(super) biogenic_not_stated: bool,
    /// Where the library states the CO2 that is missing; `None` where none is.
    pub(super) co2_missing: Option<Vec<StatedCategory>>,
    pub(super) gwp_version: GwpVersion,
    pub(super) scope: Option<EmissionScope>,
}

impl<'f> Method<'f> {
    /// The library of its factors.
    #[must_use]
    pub fn library(&self) -> Option<&'f EmissionFactorLibrary> {
        self.main().map(|used| used.library)
    }

    /// The category of the factor that counts.
    #[must_use]
    pub fn category(&self) -> &'f str {
        self.main().map_or("", |used| used.factor.category.as_str())
    }

    /// The scope under which the library states the factor; `None` where it states none.
    #[must_use]
    pub fn scope(&self) -> Option<EmissionScope> {
        self.scope
    }

    /// The report whose GWP values were asked.
    #[must_use]
    pub fn gwp_version(&self) -> GwpVersion {
        self.gwp_version
    }

    /// The gases of the fuel that the library does not state for this region, technology or unit.
    #[must_use]
    pub fn gases_not_stated(&self) -> &[String] {
        &self.gases_not_stated
    }

    /// Where the library states the CO2 that an answer over all gases lacks ([`Co2eWarning::Co2NotStated`]): the nearest
    /// categories with the fuels as they are named there. Empty where the CO2 is there, or stands nowhere in the library.
    #[must_use]
    pub fn co2_stated_in(&self) -> &[StatedCategory] {
        self.co2_missing.as_deref().unwrap_or_default()
    }

    /// How the library's year relates to the reporting year.
    #[must_use]
    pub fn library_match(&self) -> Option<LibraryMatch> {
        self.main().map(|used| used.library_match)
    }

    /// The factors, with every number that an amount is multiplied by.
    #[must_use]
    pub fn factors(&self) -> Vec<MethodFactor<'_>> {
        self.uses.iter().map(|(role, used)| MethodFactor::of(*role, used)).collect()
    }

    /// The factors of the residual mix, which count bought energy that no contract covers; none where it is the grid's.
    #[must_use]
    pub fn residual_mix(&self) -> Vec<MethodFactor<'_>> {
        self.residual.iter().map(|used| MethodFactor::of(EmissionRole::Counted, used)).collect()
    }

    /// The factor that counts, or that of biogenic CO2 where nothing else is stated.
    pub(super) fn main(&self) -> Option<&FactorUse<'f>> {
        let of = |wanted| self.uses.iter().find(move |(role, _)| *role == wanted);
        of(EmissionRole::Counted).or_else(|| of(EmissionRole::Biogenic)).map(|(_, used)| used)
    }

    /// What a reader of its figures should know, in a fixed order; what concerns contracts is not in it.
    #[must_use]
    pub fn warnings(&self) -> Vec<Co2eWarning> {
        let counting = self.uses.iter().filter(|(role, _)| *role != EmissionRole::PartOfTotal);
        let mut warnings: Vec<_> = counting.flat_map(|(_, used)| used.warnings(self.gwp_version)).collect();
        warnings.extend(self.biogenic_not_stated.then_some(Co2eWarning::BiogenicNotStated));
        warnings.extend((!self.gases_not_stated.is_empty()).then_some(Co2eWarning::GasNotStated));
        warnings.extend(self.co2_missing.is_some().then_some(Co2eWarning::Co2NotStated));
        warnings.sort_unstable();
        warnings.dedup();
        warnings
    }

    /// [`Method::warnings`], and that of a row whose contracts leave something that no residual mix counts.
    pub(super) fn row_warnings(&self, without_residual_mix: bool) -> Vec<Co2eWarning> {
        let mut warnings = self.warnings();
        warnings.extend(without_residual_mix.then_some(Co2eWarning::NoResidualMix));
        warnings.sort_unstable();
        warnings
    }

    /// The figures for an amount.
    pub(super) fn figures(&self, amount: Decimal) -> Result<Figures> {
        self.figures_by_use(amount, &mut Vec::with_capacity(self.uses.len()))
    }

    /// The figures for an amount, and kg CO2e of each factor in `by_use`, in place of what was in it.
    pub(super) fn figures_by_use(&self, amount: Decimal, by_use: &mut Vec<Decimal>) -> Result<Figures> {
        by_use.clear();
        let (mut counted, mut biogenic) = (RoundedSum::default(), RoundedSum::default());
        for (role, used) in &self.uses {
            let kg = used.mass(amount)?.co2e_kg;
            by_use.push(kg);
            match role {
                EmissionRole::PartOfTotal => {}
                EmissionRole::Counted => counted.add(kg),
                EmissionRole::Biogenic => biogenic.add(kg),
            }
        }
        Ok(Figures { co2e_kg: counted.total("sum of gases")?, biogenic_co2_kg: biogenic.total("sum of gases")? })
    }

    /// Whether some of its factors have a confidence interval, whose bounds may not fit where the figure does.
    #[cfg(feature = "json")]
    pub(crate) fn has_bounds(&self) -> bool {
        self.uses.iter().any(|(_, used)| used.factor.lower.is_some() || used.factor.upper.is_some())
    }

    /// What each gas of an amount contributes.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) for what does not fit.
    pub fn gases(&self, amount: Decimal) -> Result<Vec<GasEmission<'f>>> {
        let gas = |(role, used): &(EmissionRole, FactorUse<'f>)| -> Result<GasEmission<'f>> {
            let mass = used.mass(amount)?;
            let at = |figure: Option<Decimal>| figure.map(|it| used.co2e_at(mass.amount, it)).transpose();
            Ok(GasEmission {
                gas: &used.factor.gas,
                role: *role,
                emitted_kg: mass.emitted_kg.normalize(),
                gwp: used.gwp.map(|gwp| gwp.value),
                co2e_kg: mass.co2e_kg.normalize(),
                lower_co2e_kg: at(used.factor.lower)?,
                upper_co2e_kg: at(used.factor.upper)?,
            })
        };
        self.uses.iter().map(gas).collect()
    }
}

/// A factor of a [`Method`], with every number that an amount is multiplied by, in this order: the conversions, the factor's
/// value, `kg_per_mass_unit`, the oxidation factor and the GWP.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MethodFactor<'m> {
    /// The factor.
    pub factor: &'m EmissionFactor,
    /// What its emissions are to the total.
    pub role: EmissionRole,
    /// How closely it matches.
    pub tier: ResolutionTier,
    /// How many steps up the library's tree of regions it was found.
    pub region_steps: u32,
    /// The steps from the row's unit to the factor's.
    pub conversions: &'m [Conversion<'m>],
    /// kg in one of the factor's mass units.
    pub kg_per_mass_unit: Decimal,
    /// `None` where the library's values include it.
    pub oxidation_factor: Option<Decimal>,
    /// `None` where the factor is CO2e already.
    pub gwp: Option<Decimal>,
    /// Where the GWP stands; `None` for CO2, whose GWP is 1 and may be absent.
    pub gwp_entry: Option<&'m GwpValue>,
}

impl<'m> MethodFactor<'m> {
    fn of(role: EmissionRole, used: &'m FactorUse<'_>) -> Self {
        Self {
            factor: used.factor,
            role,
            tier: used.rank.tier,
            region_steps: used.rank.region_steps(),
            conversions: &used.conversions,
            kg_per_mass_unit: used.kg_per_mass_unit,
            oxidation_factor: used.oxidation_factor,
            gwp: used.gwp.map(|gwp| gwp.value),
            gwp_entry: used.gwp.and_then(|gwp| gwp.entry),
        }
    }
}

/// The totals of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) co2e_kg: Decimal,
    pub(super) biogenic_co2_kg: Decimal,
}

record! {
    /// What one gas contributes.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct GasEmission<'f> {
        /// The gas as the library writes it; `CO2e` for a figure of all gases.
        pub gas: &'f str,
        /// What it is to the total.
        pub role: EmissionRole,
        /// kg of the gas, or of CO2e where the factor is CO2e already.
        pub emitted_kg: Decimal,
        /// The GWP that was multiplied; `None` where the factor is CO2e already.
        pub gwp: Option<Decimal>,
        /// kg CO2e.
        pub co2e_kg: Decimal,
        /// kg CO2e at the lower end of the factor's 95 % confidence interval, where the library states it.
        #[wire(absent)]
        pub lower_co2e_kg: Option<Decimal>,
        /// kg CO2e at its upper end.
        #[wire(absent)]
        pub upper_co2e_kg: Option<Decimal>,
    }
}
