//! Emission factors (emission-factor contract): what of the file a query can touch is read, and the domain answers it.

use std::collections::HashSet;

use uuid::Uuid;

use super::caller::{Caller, organization_of};
use super::open::Ledger;
use crate::emission::{
    Activity, ActivityRow, Authority, Co2e, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, EmissionFactors,
    Emissions, Explanation, FactorFilter, FactorPage, FuelProperty, FuelPropertyFilter, GwpChoice, GwpValue,
    GwpVersion, LibraryFilter, LibraryMatch, ResolutionTier, ResolveQuery, ResolvedFactor, gwp_names,
};
use crate::store::factors::{self as store, LibraryRow};
use crate::store::{Session, checks};
use crate::{Error, ErrorCode, Result, text};

/// Emission factors: [`Ledger::factors`].
///
/// The host loads libraries ([`Factors::load`]); any caller whose organisation exists may ask, with whatever scopes
/// (emission-factor contract, "No role-based access control"). Answers are those of [`EmissionFactors`] over all that was
/// loaded, in the order of loading, but a query reads only what it can touch: the authority's libraries without their
/// factors, and of the one that it is answered from the factors of one fuel. Where the domain's error names a factor by its
/// place, `factors[3].unit`, it is here by its id.
///
/// ```
/// use tierra::access::Scopes;
/// use tierra::emission::*;
/// use tierra::ledger::{Caller, Ledger};
/// # let now = tierra::chrono::DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// # let id = library_id(Authority::Defra, "DEFRA 2024", "1.1");
/// # let library = EmissionFactorLibrary {
/// #     id, name: "DEFRA 2024".into(), authority: Authority::Defra, version: "1.1".into(), release_year: 2024,
/// #     is_default: true, values_exclude_oxidation: false, gwp_version: Some(GwpVersion::Ar5), calorific_basis: None,
/// #     biogenic_categories: vec![], publication: None, licence: None, created_at: now,
/// # };
/// # let mut factor = EmissionFactor {
/// #     id, library_id: id, external_id: None, category: "Fuels".into(), fuel_type: "Diesel".into(), gas: "CO2e".into(),
/// #     is_biogenic: false, value: "2.5".parse().unwrap(), oxidation_factor: 1.into(), unit: "kg CO2e/litres".into(),
/// #     region: None, technology: None, scope: None, lower: None, upper: None, source: None, created_at: now,
/// # };
/// # factor.id = factor_id(&factor);
/// # let data = EmissionFactorData { libraries: vec![library], factors: vec![factor], ..Default::default() };
/// let ledger = Ledger::in_memory()?;
/// let green = ledger.access().create_organization("Green Miles", now)?;
/// let caller = Caller::new(green.public_id, Scopes::default());
///
/// assert_eq!(ledger.factors().load(&data, now)?.loaded.factors, 1);
/// assert_eq!(ledger.factors().load(&data, now)?.already.factors, 1);
///
/// let query = ResolveQuery::new(Authority::Defra, 2025, "diesel", "CO2e", "Fuels");
/// let found = ledger.factors().resolve(&caller, &query)?.expect("there is one");
/// assert_eq!((found.factor.unit.as_str(), found.used_fallback()), ("kg CO2e/litres", true));
///
/// let of_query = ledger.factors().of_query(&caller, &query)?;
/// let burned = Activity { amount: 4.into(), unit: "litres" };
/// assert_eq!(of_query.co2e(&burned, GwpVersion::Ar5)?.co2e_kg, 10.into());
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Factors<'a> {
    pub(super) ledger: &'a Ledger,
}

/// The factor that applies, and how it was found: [`ResolvedFactor`], owned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundFactor {
    /// The factor.
    pub factor: EmissionFactor,
    /// How closely it matches.
    pub tier: ResolutionTier,
    /// How many steps up the library's tree of regions it was found: 0 for the region asked for.
    pub region_steps: u32,
    /// The library it is from.
    pub library: EmissionFactorLibrary,
    /// How the library's year relates to the reporting year.
    pub library_match: LibraryMatch,
}

impl FoundFactor {
    fn of(found: ResolvedFactor<'_>) -> Self {
        Self {
            factor: found.factor.clone(),
            tier: found.tier,
            region_steps: found.region_steps,
            library: found.library.clone(),
            library_match: found.library_match,
        }
    }

    /// Whether the library's year is not the reporting year (DECISIONS 12).
    #[must_use]
    pub fn used_fallback(&self) -> bool {
        self.library_match != LibraryMatch::Exact
    }
}

/// A query, and what one state of the file holds for it.
#[derive(Debug, Clone)]
pub struct QueryFactors<'q> {
    factors: EmissionFactors,
    query: ResolveQuery<'q>,
}

impl QueryFactors<'_> {
    /// [`EmissionFactors::resolve`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn resolve(&self) -> Result<Option<ResolvedFactor<'_>>> {
        self.factors.resolve(&self.query)
    }

    /// [`EmissionFactors::explain`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn explain(&self) -> Result<Explanation<'_>> {
        self.factors.explain(&self.query)
    }

    /// [`EmissionFactors::co2e`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn co2e(&self, activity: &Activity<'_>, gwps: impl Into<GwpChoice>) -> Result<Co2e<'_>> {
        self.factors.co2e(&self.query, activity, gwps)
    }
}

/// An activity, and what one state of the file holds for it.
#[derive(Debug, Clone)]
pub struct RowFactors<'r> {
    factors: EmissionFactors,
    row: ActivityRow<'r>,
}

impl RowFactors<'_> {
    /// [`EmissionFactors::emissions`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn emissions(&self, gwp_version: GwpVersion) -> Result<Emissions<'_>> {
        self.factors.emissions(&self.row, gwp_version)
    }

    /// The part of the file's factors.
    pub(crate) fn factors(&self) -> &EmissionFactors {
        &self.factors
    }
}

/// How much of the library that a query is answered from is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The factors that a query chooses from.
    Candidates,
    /// All that a calculation can need: every factor of the fuel, its properties and the GWPs of its gases.
    Fuel,
}

impl Factors<'_> {
    /// The libraries that match a filter, in the order of loading.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::find_libraries`]; [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn libraries(&self, caller: &Caller, filter: &LibraryFilter) -> Result<Vec<EmissionFactorLibrary>> {
        self.read(caller, |sql| {
            let part = part_of(store::libraries(sql, filter.authority)?, EmissionFactorData::default())?;
            Ok(part.find_libraries(filter)?.into_iter().cloned().collect())
        })
    }

    /// A page of a library's factors that match a filter, in the order of loading.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::search`]; [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn search(&self, caller: &Caller, filter: &FactorFilter<'_>) -> Result<FactorPage<EmissionFactor>> {
        self.read(caller, |sql| {
            filter.check()?;
            let (items, total) = match store::library(sql, filter.library_id)? {
                Some(library) => store::search(sql, library.id, filter)?,
                None => (Vec::new(), 0),
            };
            Ok(FactorPage::of(filter, items, total))
        })
    }

    /// The fuel properties of a library that match a filter, in the order of loading.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::find_fuel_properties`]; [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn fuel_properties(&self, caller: &Caller, filter: &FuelPropertyFilter<'_>) -> Result<Vec<FuelProperty>> {
        self.read(caller, |sql| {
            let library = store::library(sql, filter.library_id)?;
            let mut data = EmissionFactorData::default();
            if let Some(library) = &library {
                data.fuel_properties = match filter.fuel_type {
                    Some(fuel) => store::properties_of_fuel(sql, library.id, fuel)?,
                    None => store::properties_of(sql, library.id)?,
                };
            }
            let part = part_of(library.into_iter().collect(), data)?;
            Ok(part.find_fuel_properties(filter)?.into_iter().cloned().collect())
        })
    }

    /// The GWP values of a report, or of all, in the order of loading.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn gwp_values(&self, caller: &Caller, version: Option<GwpVersion>) -> Result<Vec<GwpValue>> {
        self.read(caller, |sql| store::gwp_values(sql, version))
    }

    /// The SHA-256 of a library's content ([`EmissionFactors::digest`]); `None` for an id that names no library.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn digest(&self, caller: &Caller, library: Uuid) -> Result<Option<[u8; 32]>> {
        self.read(caller, |sql| Ok(store::library(sql, library)?.map(|row| row.digest)))
    }

    /// The factor that applies to a query, or `None` when there is none.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::resolve`]; [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn resolve(&self, caller: &Caller, query: &ResolveQuery<'_>) -> Result<Option<FoundFactor>> {
        Ok(self.candidates(caller, query)?.resolve()?.map(FoundFactor::of))
    }

    /// A query with what the file holds for it: to explain how it is answered, and to calculate with its factor.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `caller.organization`. What is wrong with the query is said when it is answered.
    pub fn of_query<'q>(&self, caller: &Caller, query: &ResolveQuery<'q>) -> Result<QueryFactors<'q>> {
        let factors = self.read(caller, |sql| part_for(sql, query, Extent::Fuel))?;
        Ok(QueryFactors { factors, query: *query })
    }

    /// [`Factors::of_query`] for what needs no more than the factors to choose from.
    pub(crate) fn candidates<'q>(&self, caller: &Caller, query: &ResolveQuery<'q>) -> Result<QueryFactors<'q>> {
        let factors = self.read(caller, |sql| part_for(sql, query, Extent::Candidates))?;
        Ok(QueryFactors { factors, query: *query })
    }

    /// An activity with what the file holds for it.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `caller.organization`. What is wrong with the row is said when its emissions are counted.
    pub fn of_row<'r>(&self, caller: &Caller, row: &ActivityRow<'r>) -> Result<RowFactors<'r>> {
        // All queries of a row are of one library and one fuel.
        let factors = self.read(caller, |sql| part_for(sql, &row.query("CO2e"), Extent::Fuel))?;
        Ok(RowFactors { factors, row: *row })
    }

    /// All that the file holds of some authorities, and all GWP values, ready for any number of queries about them: for
    /// inventories ([`EmissionFactors::inventory`]).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotFound`] at `caller.organization`.
    pub fn of_authorities(&self, caller: &Caller, authorities: &[Authority]) -> Result<EmissionFactors> {
        self.read(caller, |sql| {
            let mut rows = Vec::new();
            for authority in Authority::ALL.into_iter().filter(|authority| authorities.contains(authority)) {
                rows.extend(store::libraries(sql, Some(authority))?);
            }
            let mut data = EmissionFactorData { gwp_values: store::gwp_values(sql, None)?, ..Default::default() };
            for row in &rows {
                data.extend(content_of(sql, row)?);
            }
            part_of(rows, data)
        })
    }

    /// Asks one state of the file for a caller.
    fn read<T>(&self, caller: &Caller, question: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        self.ledger.store.read(|sql| {
            organization_of(sql, caller)?;
            if !holds_factors(sql)? {
                let message = "the file is of a version that had no emission factors, and was opened for reading alone; \
                               expected one that was opened for writing since";
                return Err(Error::new(ErrorCode::ReadOnly, "", message));
            }
            question(sql)
        })
    }
}

/// Whether the file has tables for emission factors, which those of version 1 have not.
pub(super) fn holds_factors(sql: &dyn Session) -> Result<bool> {
    Ok(checks::schema_version(sql)? >= 2)
}

/// All that belongs to a library, without the library.
pub(super) fn content_of(sql: &dyn Session, row: &LibraryRow) -> Result<EmissionFactorData> {
    Ok(EmissionFactorData {
        factors: store::factors_of(sql, row.id)?,
        fuel_properties: store::properties_of(sql, row.id)?,
        region_parents: store::region_parents(sql, row)?,
        ..Default::default()
    })
}

/// Libraries with a part of their content, for the domain to answer from.
fn part_of(rows: Vec<LibraryRow>, mut data: EmissionFactorData) -> Result<EmissionFactors> {
    let (libraries, digests) = rows.into_iter().map(|row| (row.library, row.digest)).unzip();
    data.libraries = libraries;
    // It was checked when it was loaded: what is wrong with it now was done to the file.
    EmissionFactors::part(data, digests).map_err(|error| {
        let message =
            format!("the ledger's file holds factors that contradict themselves ({error}); restore a backup of it");
        Error::new(ErrorCode::CorruptFile, "", message)
    })
}

/// What a query can touch: the authority's libraries, and of the one that it is answered from what the extent says.
fn part_for(sql: &dyn Session, query: &ResolveQuery<'_>, extent: Extent) -> Result<EmissionFactors> {
    let rows = store::libraries(sql, Some(query.authority))?;
    let alone = part_of(rows.clone(), EmissionFactorData::default())?;
    let chosen = alone.library_of(query).and_then(|chosen| rows.iter().find(|row| row.library.id == chosen.id));
    let Some(chosen) = chosen else { return Ok(alone) };
    let mut data = EmissionFactorData::default();
    if query.region.is_some() {
        data.region_parents = store::region_parents(sql, chosen)?;
    }
    match extent {
        Extent::Candidates => {
            data.factors = store::candidates(sql, chosen.id, query.fuel_type, query.gas, query.category)?;
            // An excerpt that lacks a name says so, with the nearest of the names that it has.
            if data.factors.is_empty() && chosen.library.excerpt().is_some() {
                data.factors = store::factors_of(sql, chosen.id)?;
            }
        }
        Extent::Fuel => {
            data.factors = store::factors_of_fuel(sql, chosen.id, query.fuel_type)?;
            data.fuel_properties = store::properties_of_fuel(sql, chosen.id, query.fuel_type)?;
            data.gwp_values = gwp_values_for(sql, &data.factors)?;
            // Where the fuel's CO2 is not in the category, the answer names what else the library has.
            if !states_co2(&data.factors, query.category) {
                data.factors = store::factors_of(sql, chosen.id)?;
            }
        }
    }
    part_of(rows, data)
}

/// Whether some factors state the CO2 of a category, or all of its gases.
fn states_co2(factors: &[EmissionFactor], category: &str) -> bool {
    let of_category = factors.iter().filter(|factor| text::same_folded(&factor.category, category));
    let mut gases = of_category.map(|factor| factor.gas.as_str());
    gases.any(|gas| text::same_folded(gas, "CO2") || text::same_folded(gas, "CO2e"))
}

/// The GWPs of the gases of some factors, of every report.
fn gwp_values_for(sql: &dyn Session, factors: &[EmissionFactor]) -> Result<Vec<GwpValue>> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for gas in factors.iter().flat_map(gwp_names) {
        if seen.insert(text::folded(gas)) {
            values.extend(store::gwp_values_of(sql, gas)?);
        }
    }
    Ok(values)
}
