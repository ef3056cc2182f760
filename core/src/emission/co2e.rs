//! CO2e of an activity by one factor.

use rust_decimal::Decimal;

use super::conversion::{Conversion, Distance, Wanted, with_amounts};
use super::factors::EmissionFactors;
use super::gwp_choice::{GwpChoice, MethaneGwp};
use super::model::{EmissionFactor, EmissionFactorLibrary, EmissionScope, GwpValue, GwpVersion};
use super::resolve::{LibraryMatch, ResolveQuery, ResolvedFactor};
use super::search::{Rank, ResolutionTier, Search, TechnologyMatch};
use super::units::{Dimension, Unit};
use super::warnings::{Co2eWarning, WarningSeverity, gravest};
use crate::wire::{fields_of, record};
use crate::{Error, ErrorCode, Result, decimal, text};

record! {
    /// An amount of something that emits.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Activity<'a> {
        /// How much. Negative amounts are corrections and give negative emissions.
        pub amount: Decimal,
        /// The unit, such as `kWh` or `litres`: that of the factor (the part behind the slash), or one that converts into it.
        pub unit: &'a str,
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
    /// The steps from the activity's unit to the factor's; none where they are one.
    pub conversions: Vec<Conversion<'a>>,
    /// The report whose GWP values were asked.
    pub gwp_version: GwpVersion,
    /// What a reader of the figure should know, in a fixed order.
    pub warnings: Vec<Co2eWarning>,
    /// The factor, its library and how they were found.
    pub resolved: ResolvedFactor<'a>,
}

impl Co2e<'_> {
    /// The severity of the gravest warning; `None` without a warning.
    #[must_use]
    pub fn severity(&self) -> Option<WarningSeverity> {
        gravest(&self.warnings)
    }
}

record! {
    /// What CO2e is asked for: a query for a factor, and what is multiplied by it.
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Co2eQuery<'a> {
        /// The factor.
        #[wire(flatten)]
        pub query: ResolveQuery<'a>,
        /// What is multiplied by it.
        #[wire(after)]
        pub activity: Activity<'a>,
        /// The report whose GWP values count: `ar4`, `ar5` or `ar6`.
        #[wire(after)]
        pub gwp_version: GwpVersion,
        /// Which GWP counts methane: `by_report`, as without, or `by_origin`.
        #[wire(after)]
        pub methane: Option<MethaneGwp>,
    }
}

impl Co2eQuery<'_> {
    /// Which GWPs count.
    #[must_use]
    pub fn gwp_choice(&self) -> GwpChoice {
        GwpChoice { version: self.gwp_version, methane: self.methane.unwrap_or(MethaneGwp::ByReport) }
    }
}

fields_of! {
    camelCase Co2e<'a> {
        co2e_kg: Decimal = |answer| answer.co2e_kg,
        biogenic_co2_kg: Decimal = |answer| answer.biogenic_co2_kg,
        emitted_kg: Decimal = |answer| answer.emitted_kg,
        activity_amount: Decimal = |answer| answer.activity_amount,
        conversions: &[Conversion<'_>] = |answer| &answer.conversions,
        kg_per_mass_unit: Decimal = |answer| answer.kg_per_mass_unit,
        gwp_version: GwpVersion = |answer| answer.gwp_version,
        gwp: Option<Decimal> = |answer| answer.gwp,
        oxidation_factor: Option<Decimal> = |answer| answer.oxidation_factor,
        warnings: &[Co2eWarning] = |answer| &answer.warnings,
        /// The severity of the gravest warning: `incomplete`, `caution` or `note`; `None` without a warning.
        severity: Option<WarningSeverity> = |answer| answer.severity(),
        resolved: &ResolvedFactor<'_> = |answer| &answer.resolved,
    }
}

/// A factor put to use for an activity: all but the amount.
#[derive(Debug, Clone)]
pub(super) struct FactorUse<'f> {
    pub(super) factor: &'f EmissionFactor,
    pub(super) library: &'f EmissionFactorLibrary,
    pub(super) library_match: LibraryMatch,
    pub(super) rank: Rank,
    pub(super) conversions: Vec<Conversion<'f>>,
    pub(super) kg_per_mass_unit: Decimal,
    pub(super) oxidation_factor: Option<Decimal>,
    /// `None` where the factor is CO2e already.
    pub(super) gwp: Option<Gwp<'f>>,
    /// Whether activity and factor count a fuel's energy and neither says by which calorific value: it is the library's.
    silent_basis: bool,
}

/// A global warming potential, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gwp<'f> {
    pub(super) value: Decimal,
    /// `None` for CO2, whose GWP is 1 and may be absent (contract).
    pub(super) entry: Option<&'f GwpValue>,
    /// Whether methane's origin would decide and is not known, or not told by the values at hand.
    general_methane: bool,
}

/// What an amount gives by one factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mass {
    pub(super) amount: Decimal,
    pub(super) emitted_kg: Decimal,
    pub(super) co2e_kg: Decimal,
}

impl<'f> FactorUse<'f> {
    /// Multiplies an amount: conversions, factor, kg, oxidation factor and GWP, in this order.
    pub(super) fn mass(&self, amount: Decimal) -> Result<Mass> {
        let mut amount = amount;
        for step in &self.conversions {
            amount = step.apply(amount)?;
        }
        let emitted_kg = self.emitted_kg(amount, self.factor.value)?;
        let co2e_kg = self.co2e_kg(emitted_kg)?;
        Ok(Mass { amount, emitted_kg, co2e_kg })
    }

    /// The CO2e at another figure in the factor's unit, such as a bound, of an amount that is converted already.
    pub(super) fn co2e_at(&self, amount: Decimal, figure: Decimal) -> Result<Decimal> {
        self.co2e_kg(self.emitted_kg(amount, figure)?)
    }

    fn emitted_kg(&self, amount: Decimal, figure: Decimal) -> Result<Decimal> {
        let mut mass = decimal::multiply(amount, figure, "amount × factor")?;
        if self.kg_per_mass_unit != Decimal::ONE {
            mass = decimal::multiply(mass, self.kg_per_mass_unit, "mass in kg")?;
        }
        match self.oxidation_factor {
            Some(share) => decimal::multiply(mass, share, "mass × oxidation factor"),
            None => Ok(mass),
        }
    }

    fn co2e_kg(&self, emitted_kg: Decimal) -> Result<Decimal> {
        match self.gwp {
            Some(gwp) if gwp.value != Decimal::ONE => decimal::multiply(emitted_kg, gwp.value, "mass × GWP"),
            _ => Ok(emitted_kg),
        }
    }

    /// Whether the factor's mass is biogenic CO2, which is totalled apart.
    pub(super) fn is_biogenic_co2(&self) -> bool {
        self.factor.is_biogenic && text::same_folded(&self.factor.gas, "CO2")
    }

    pub(super) fn resolved(&self) -> ResolvedFactor<'f> {
        ResolvedFactor {
            factor: self.factor,
            tier: self.rank.tier,
            region_steps: self.rank.region_steps(),
            library: self.library,
            library_match: self.library_match,
        }
    }

    /// What a reader should know of the factor.
    pub(super) fn warnings(&self, gwp_version: GwpVersion) -> Vec<Co2eWarning> {
        let by_library = match self.library_match {
            LibraryMatch::Exact => None,
            LibraryMatch::Earlier => Some(Co2eWarning::EarlierLibrary),
            LibraryMatch::Default => Some(Co2eWarning::DefaultLibrary),
            LibraryMatch::Pinned => Some(Co2eWarning::PinnedLibrary),
        };
        let other_gwp = self.gwp.is_none() && self.library.gwp_version.is_some_and(|made| made != gwp_version);
        let by_basis = self.silent_basis || self.conversions.iter().any(Conversion::takes_basis);
        let found = [
            (self.rank.tier == ResolutionTier::Global).then_some(Co2eWarning::GlobalAverage),
            by_library,
            (self.rank.region_steps() > 0).then_some(Co2eWarning::ParentRegion),
            (self.rank.technology == TechnologyMatch::Ignored).then_some(Co2eWarning::TechnologyIgnored),
            (self.rank.technology == TechnologyMatch::NotAsked).then_some(Co2eWarning::OtherTechnology),
            other_gwp.then_some(Co2eWarning::OtherGwpVersion),
            by_basis.then_some(Co2eWarning::LibraryCalorificBasis),
            self.gwp.is_some_and(|gwp| gwp.general_methane).then_some(Co2eWarning::MethaneOriginUnknown),
        ];
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_unstable();
        found
    }
}

impl EmissionFactors {
    /// The CO2e of an activity by one factor: amount × conversion × factor × GWP, each product exact where it fits into 96
    /// bits and 28 decimal places, else rounded there, halves to even.
    ///
    /// A factor whose gas is `CO2e`, or whose unit says `kg CO2e of CH4`, is CO2e already and is never multiplied by a
    /// GWP. CO2 has the GWP 1. The CO2 of a biogenic factor is reported in `biogenic_co2_kg` and not in `co2e_kg`; its
    /// CH4 and N2O count, and so does what the library states as CO2e: DEFRA's bioenergy rows hold CH4 and N2O only. The
    /// oxidation factor multiplies only where the library says that its values leave it out (DECISIONS 15).
    ///
    /// CH4 goes by its origin: a biogenic factor has the GWP of `CH4 non-fossil` where there is one; any other that of `CH4
    /// fossil`, where the report is the Sixth or [`MethaneGwp::ByOrigin`] is asked. What bought energy (scope 2) was made from is
    /// not known: there the general value is taken, which [`Co2eWarning::MethaneOriginUnknown`] says (DECISIONS 15).
    ///
    /// The activity's unit is converted into the factor's: within a dimension by the sizes of the units ([`Unit`]), from
    /// volume to mass to energy, and between gross and net calorific value, by the library's own properties of the fuel. Of
    /// several factors that match equally well and differ by unit, the one with the activity's own unit is taken, then one
    /// of its dimension, then one that the fewest properties lead to; of one figure in several units of one dimension the one
    /// with the most digits (DECISIONS 36).
    ///
    /// [`Unit`]: super::Unit
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::resolve`]; [`ErrorCode::FactorNotFound`] when no factor matches, [`ErrorCode::NotInExcerpt`]
    /// where the library is a part of its publication without the fuel and category; at `activity.unit`
    /// [`ErrorCode::UnknownUnit`] and [`ErrorCode::UnitMismatch`]; [`ErrorCode::GwpNotFound`] at `gwpVersion`;
    /// [`ErrorCode::UnknownValue`] at `factors[i].unit` for a unit that is no mass per activity, or whose label names another
    /// gas than the factor; [`ErrorCode::OutOfRange`] when the result does not fit.
    pub fn co2e(
        &self,
        query: &ResolveQuery<'_>,
        activity: &Activity<'_>,
        gwps: impl Into<GwpChoice>,
    ) -> Result<Co2e<'_>> {
        query.check()?;
        let gwps = gwps.into();
        let gwp_version = gwps.version;
        let used = self.factor_use(query, activity.unit, gwps).map_err(of_activity)?;
        let used = used.ok_or_else(|| self.factor_not_found(query))?;
        let mass = used.mass(activity.amount)?;
        let biogenic = used.is_biogenic_co2();
        let (co2e_kg, biogenic_co2_kg) =
            if biogenic { (Decimal::ZERO, mass.co2e_kg) } else { (mass.co2e_kg, Decimal::ZERO) };
        Ok(Co2e {
            co2e_kg: co2e_kg.normalize(),
            biogenic_co2_kg: biogenic_co2_kg.normalize(),
            emitted_kg: mass.emitted_kg.normalize(),
            gwp: used.gwp.map(|gwp| gwp.value),
            oxidation_factor: used.oxidation_factor,
            kg_per_mass_unit: used.kg_per_mass_unit,
            activity_amount: mass.amount.normalize(),
            gwp_version,
            warnings: used.warnings(gwp_version),
            resolved: used.resolved(),
            conversions: with_amounts(used.conversions, activity.amount)?,
        })
    }

    /// The factor for a query and the activity's unit, ready to be multiplied; `None` when no factor matches.
    ///
    /// The query was checked. What is wrong with the activity's unit is said at `unit`.
    pub(super) fn factor_use(
        &self,
        query: &ResolveQuery<'_>,
        unit: &str,
        gwps: GwpChoice,
    ) -> Result<Option<FactorUse<'_>>> {
        let Some((library_at, library_match)) = self.library_for(query)? else { return Ok(None) };
        let Some(library) = self.library_at(library_at) else { return Ok(None) };
        let search = self.search_in(library_at, query);
        let Some(rank) = search.best_rank(self) else { return Ok(None) };
        let wanted = Wanted { library_at, library, fuel: query.fuel_type, region: query.region, unit };
        let (place, conversions) = self.nearest_by_unit(&search, rank, &wanted)?;
        let Some(factor) = self.factor_at(place) else { return Ok(None) };
        let factor_unit = self.unit_at(place)?;
        let is_co2e =
            factor_unit.is_co2e(&factor.gas, &factor.unit).map_err(|error| error.under(&self.path_of(place)))?;
        let is_silent = |unit: Option<Unit>| unit.is_some_and(|unit| unit.dimension() == Dimension::Energy);
        // Electricity, steam and heat have no calorific value.
        let of_a_fuel = library.calorific_basis.is_some() && factor.scope != Some(EmissionScope::Scope2);
        let silent_basis = of_a_fuel && is_silent(factor_unit.activity_unit) && is_silent(Unit::of(unit));
        Ok(Some(FactorUse {
            silent_basis,
            factor,
            library,
            library_match,
            rank,
            conversions,
            kg_per_mass_unit: factor_unit.kg_per_mass_unit,
            oxidation_factor: library.values_exclude_oxidation.then_some(factor.oxidation_factor),
            gwp: if is_co2e { None } else { Some(self.gwp(factor, gwps)?) },
        }))
    }

    /// Of the factors of a rank the one whose unit is nearest to the activity's. Those equally near must say the same, each in
    /// its own unit.
    fn nearest_by_unit<'a>(
        &'a self,
        search: &Search<'_>,
        rank: Rank,
        wanted: &Wanted<'_>,
    ) -> Result<(usize, Vec<Conversion<'a>>)> {
        let mut nearest: Vec<(usize, Vec<Conversion<'a>>)> = Vec::new();
        let mut best: Option<Distance> = None;
        let mut refused: Vec<(Error, &str)> = Vec::new();
        for place in search.group(self, rank) {
            let Some(factor) = self.factor_at(place) else { continue };
            let factor_unit = self.unit_at(place)?;
            match self.conversions(wanted, factor, factor_unit) {
                Ok((distance, _)) if best.is_some_and(|best| best < distance) => {}
                Ok((distance, steps)) => {
                    if best != Some(distance) {
                        nearest.clear();
                    }
                    best = Some(distance);
                    nearest.push((place, steps));
                }
                Err(error) => refused.push((error, &factor_unit.activity)),
            }
        }
        if nearest.is_empty() {
            return Err(none_in_reach(wanted, refused));
        }
        let place = self.the_only_figure(rank.tier, nearest.iter().map(|(place, _)| *place).collect())?;
        let found = nearest.into_iter().find(|(at, _)| *at == place);
        found.ok_or_else(|| Error::new(ErrorCode::FactorNotFound, "", "no factor is left; expected one"))
    }

    /// The GWP for a factor's gas.
    fn gwp(&self, factor: &EmissionFactor, gwps: GwpChoice) -> Result<Gwp<'_>> {
        let (gas, version) = (factor.gas.as_str(), gwps.version);
        let by_origin = gwps.methane == MethaneGwp::ByOrigin || version == GwpVersion::Ar6;
        // A biogenic value of its own is never above the report's general one: it is taken wherever there is one.
        let of_origin = methane_of_origin(factor).filter(|_| by_origin || factor.is_biogenic);
        let of_origin = of_origin.and_then(|name| self.gwp_of(version, name));
        if let Some(entry) = of_origin {
            return Ok(Gwp { value: entry.value, entry: Some(entry), general_methane: false });
        }
        let general_methane = by_origin && version != GwpVersion::Ar4 && text::same_folded(gas, "CH4");
        if let Some(entry) = self.gwp_of(version, gas) {
            return Ok(Gwp { value: entry.value, entry: Some(entry), general_methane });
        }
        // The contract: CO2 has GWP 1 and may be absent.
        if text::same_folded(gas, "CO2") {
            return Ok(Gwp { value: Decimal::ONE, entry: None, general_methane: false });
        }
        let message = format!("`{version}` has no value for the gas `{gas}`; expected one among the GWP values loaded");
        Err(Error::new(ErrorCode::GwpNotFound, "gwpVersion", message))
    }
}

/// The error for factors of which none has a unit that the activity's converts into.
fn none_in_reach(wanted: &Wanted<'_>, mut refused: Vec<(Error, &str)>) -> Error {
    if refused.len() > 1 && refused.iter().all(|(error, _)| error.code() == ErrorCode::UnitMismatch) {
        let mut units: Vec<String> = refused.iter().map(|(_, unit)| format!("`{unit}`")).collect();
        units.sort_unstable();
        units.dedup();
        let says_no_basis = Unit::of(wanted.unit).is_some_and(|unit| unit.dimension() == Dimension::Energy);
        let by_basis = says_no_basis && units.iter().any(|unit| unit.contains('('));
        let why = if by_basis { " says neither gross nor net calorific value, and" } else { "" };
        let message = format!(
            "`{}`{why} cannot be converted into the unit of any factor of `{}` in `{}`; expected one of {}",
            text::excerpt(wanted.unit),
            text::excerpt(wanted.fuel),
            wanted.library.name,
            units.join(", ")
        );
        return Error::new(ErrorCode::UnitMismatch, "unit", message);
    }
    let none = || Error::new(ErrorCode::FactorNotFound, "", "no factor is left; expected one");
    refused.drain(..).next().map_or_else(none, |(error, _)| error)
}

/// The unit stands in the activity.
fn of_activity(error: Error) -> Error {
    if error.path() == "unit" { error.under("activity") } else { error }
}

/// The name under which the GWP of a factor's methane by its origin is looked for; `None` for other gases, and where the origin
/// is not known: bought energy is made from fuels of both kinds.
fn methane_of_origin(factor: &EmissionFactor) -> Option<&'static str> {
    match (text::same_folded(&factor.gas, "CH4"), factor.is_biogenic) {
        (true, true) => Some("CH4 non-fossil"),
        (true, false) if factor.scope != Some(EmissionScope::Scope2) => Some("CH4 fossil"),
        _ => None,
    }
}

/// Every name under which the GWP of a factor's gas may be looked for.
#[cfg(feature = "ledger")]
pub(crate) fn gwp_names(factor: &EmissionFactor) -> impl Iterator<Item = &str> {
    methane_of_origin(factor).into_iter().chain([factor.gas.as_str()])
}
