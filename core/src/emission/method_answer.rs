//! How rows were counted and what they emitted, as it is answered.

use rust_decimal::Decimal;

use super::co2e::Co2eWarning;
use super::conversion::Conversion;
use super::emissions::{EmissionRole, Emissions, GasEmission, Method, MethodFactor};
use super::factors::EmissionFactors;
use super::model::{EmissionFactor, EmissionFactorLibrary, EmissionScope, GwpVersion, SourceRow};
use super::resolve::{LibraryMatch, ResolutionTier};
use crate::wire::{fields_of, record};

record! {
    /// A GWP that amounts are multiplied by.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct MethodGwp<'m> {
        /// kg CO2e per kg of the gas.
        pub value: Decimal,
        /// The gas as the report names it; `None` for CO2, whose GWP is 1 and may be absent.
        pub gas: Option<&'m str>,
        /// Where in the report the figure stands.
        pub source: Option<&'m SourceRow>,
    }
}

fields_of! {
    camelCase MethodFactor<'m> {
        /// What its emissions are to the total: `counted`, `part_of_total` or `biogenic`.
        role: EmissionRole = |used| used.role,
        /// How closely it matches: `specific`, `regional` or `global`.
        tier: ResolutionTier = |used| used.tier,
        /// How many steps up the library's tree of regions it was found.
        region_steps: u32 = |used| used.region_steps,
        /// The steps from the row's unit to the factor's.
        conversions: &[Conversion<'_>] = |used| used.conversions,
        /// kg in one of the factor's mass units.
        kg_per_mass_unit: Decimal = |used| used.kg_per_mass_unit,
        /// The oxidation factor that is multiplied; `None` where the library's values include it.
        oxidation_factor: Option<Decimal> = |used| used.oxidation_factor,
        /// The GWP that is multiplied; `None` where the factor is CO2e already.
        gwp: Option<MethodGwp<'_>> = |used| used.gwp.map(|value| MethodGwp {
            value,
            gas: used.gwp_entry.map(|entry| entry.gas.as_str()),
            source: used.gwp_entry.and_then(|entry| entry.source.as_ref()),
        }),
        /// The factor.
        factor: &EmissionFactor = |used| used.factor,
    }
}

/// A method beside the factors that it is of, which know the digest of its library.
#[derive(Debug, Clone, Copy)]
pub struct MethodAnswer<'m> {
    /// The factors.
    pub factors: &'m EmissionFactors,
    /// The method.
    pub method: &'m Method<'m>,
}

fields_of! {
    camelCase MethodAnswer<'m> as "Method" {
        /// The report whose GWP values were asked.
        gwp_version: GwpVersion = |of| of.method.gwp_version(),
        /// The library of its factors.
        library: Option<&EmissionFactorLibrary> = |of| of.method.library(),
        /// The SHA-256 of the library's content, to which a query can be pinned.
        library_digest: Option<[u8; 32]> = |of| of.method.library().and_then(|library| of.factors.digest(library.id)),
        /// How the library's year relates to the reporting year.
        library_match: Option<LibraryMatch> = |of| of.method.library_match(),
        /// The factors, with every number that an amount is multiplied by.
        factors: Vec<MethodFactor<'_>> = |of| of.method.factors(),
        /// The factors of the residual mix, which count bought energy that no contract covers; none where it is the grid's.
        residual_mix: Vec<MethodFactor<'_>> = |of| of.method.residual_mix(),
        /// The gases of the fuel that the library does not state for this region, technology or unit.
        gases_not_stated: &[String] = |of| of.method.gases_not_stated(),
        /// What a reader of its figures should know, in a fixed order.
        warnings: Vec<Co2eWarning> = |of| of.method.warnings(),
    }
}

/// What an activity emitted, beside the factors that it was counted by.
#[derive(Debug, Clone, Copy)]
pub struct EmissionsAnswer<'f> {
    /// The factors.
    pub factors: &'f EmissionFactors,
    /// What was emitted.
    pub emissions: &'f Emissions<'f>,
}

fields_of! {
    camelCase EmissionsAnswer<'f> as "Emissions" {
        /// kg CO2e that count; of bought electricity, heat and steam by the location-based method.
        co2e_kg: Decimal = |of| of.emissions.co2e_kg,
        /// kg of biogenic CO2, totalled apart; `None` where the library states some that the unit does not reach.
        biogenic_co2_kg: Option<Decimal> = |of| of.emissions.biogenic_co2_kg,
        /// kg CO2e by the market-based method; `None` outside scope 2.
        market_based_co2e_kg: Option<Decimal> = |of| of.emissions.market_based_co2e_kg,
        /// The scope: the row's own, or the one the library states.
        scope: Option<EmissionScope> = |of| of.emissions.scope,
        /// What each gas contributes.
        gases: &[GasEmission<'_>] = |of| &of.emissions.gases,
        /// What a reader of the figure should know, in a fixed order.
        warnings: &[Co2eWarning] = |of| &of.emissions.warnings,
        /// How it was counted.
        method: MethodAnswer<'_> = |of| MethodAnswer { factors: of.factors, method: &of.emissions.method },
    }
}
