//! How rows were counted and what they emitted, as it is answered.

use rust_decimal::Decimal;

use super::conversion::Conversion;
use super::emissions::Emissions;
use super::factors::EmissionFactors;
use super::method::{EmissionRole, GasEmission, Method, MethodFactor};
use super::model::{EmissionFactor, EmissionFactorLibrary, EmissionScope, GwpVersion, SourceRow};
use super::resolve::LibraryMatch;
use super::search::ResolutionTier;
use super::warnings::{Co2eWarning, WarningSeverity};
use super::whole::StatedCategory;
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
        region_steps: u32 = |used| used.region_steps,
        conversions: &[Conversion<'_>] = |used| used.conversions,
        kg_per_mass_unit: Decimal = |used| used.kg_per_mass_unit,
        /// The oxidation factor that is multiplied; `None` where the library's values include it.
        oxidation_factor: Option<Decimal> = |used| used.oxidation_factor,
        /// The GWP that is multiplied; `None` where the factor is CO2e already.
        gwp: Option<MethodGwp<'_>> = |used| used.gwp.map(|value| MethodGwp {
            value,
            gas: used.gwp_entry.map(|entry| entry.gas.as_str()),
            source: used.gwp_entry.and_then(|entry| entry.source.as_ref()),
        }),
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
        gwp_version: GwpVersion = |of| of.method.gwp_version(),
        library: Option<&EmissionFactorLibrary> = |of| of.method.library(),
        /// The SHA-256 of the library's content, to which a query can be pinned.
        library_digest: Option<[u8; 32]> = |of| of.method.library().and_then(|library| of.factors.digest(library.id)),
        library_match: Option<LibraryMatch> = |of| of.method.library_match(),
        factors: Vec<MethodFactor<'_>> = |of| of.method.factors(),
        residual_mix: Vec<MethodFactor<'_>> = |of| of.method.residual_mix(),
        gases_stated: Vec<&str> = |of| of.method.gases_stated(),
        gases_not_stated: &[String] = |of| of.method.gases_not_stated(),
        /// Where the library states the CO2 that an answer over all gases lacks: the nearest categories with the fuels as they
        /// are named there. Empty where the CO2 is there, or stands nowhere in the library.
        co2_stated_in: &[StatedCategory] = |of| of.method.co2_stated_in(),
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
        co2e_kg: Decimal = |of| of.emissions.co2e_kg,
        biogenic_co2_kg: Option<Decimal> = |of| of.emissions.biogenic_co2_kg,
        market_based_co2e_kg: Option<Decimal> = |of| of.emissions.market_based_co2e_kg,
        scope: Option<EmissionScope> = |of| of.emissions.scope,
        gases: &[GasEmission<'_>] = |of| &of.emissions.gases,
        warnings: &[Co2eWarning] = |of| &of.emissions.warnings,
        /// The severity of the gravest warning: `incomplete`, `caution` or `note`; `None` without a warning.
        severity: Option<WarningSeverity> = |of| of.emissions.severity(),
        method: MethodAnswer<'_> = |of| MethodAnswer { factors: of.factors, method: &of.emissions.method },
    }
}
