//! What did it emit? The calls on emission factors that are loaded.

use uuid::Uuid;

use crate::emission::{
    Co2e, Co2eQuery, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, EmissionFactors, EmissionsAnswer,
    EmissionsQuery, Explanation, FactorFilter, FactorPage, FuelProperty, FuelPropertyFilter, GwpFilter, GwpValue,
    InventoryBuilder, InventoryQuery, LibraryFilter, Resolution, ResolveQuery, push_rows,
};
use crate::ffi::call::calls;
use crate::ffi::inventory_answer::InventoryAnswer;
use crate::wire::{Fields, Sink, Value, Write, record};
use crate::{Error, ErrorCode, Result};

record! {
    /// Which library is meant.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct LibraryQuery {
        /// The library's id.
        pub library_id: Uuid,
    }
}

record! {
    /// Many queries for factors at once.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, PartialEq)]
    pub struct ResolveBatchQuery<'a> {
        /// The queries, each with an answer of its own.
        pub queries: Vec<Result<ResolveQuery<'a>>>,
    }
}

calls! {
    /// The calls on loaded factors. The five lists of the contract take their parameters as numbers or as texts.
    pub(in crate::ffi) CALLS: EmissionFactors, "", "emission::EmissionFactors";

    co2e(query @whole: Co2eQuery<'_>) -> Co2e<'_>
        => |factors| factors.co2e(&query.query, &query.activity, query.gwp_choice())?;
    data() -> &EmissionFactorData => |factors| factors.data();
    digest(query @whole: LibraryQuery) -> [u8; 32] as digest
        => |factors| known_digest(query.library_id, factors.digest(query.library_id))?;
    emissions(query @whole: EmissionsQuery<'_>) -> Emitted<'_>
        => |factors| Emitted { factors, emissions: factors.emissions(&query.activity.row(), query.gwp_version)? };
    #[call(GET "/emission-factors/resolve/explain" 200)]
    explain(query @whole: ResolveQuery<'_>) -> Explanation<'_> => |factors| factors.explain(&query)?;
    #[call(GET "/fuel-properties" 200, doc "emission::EmissionFactors::find_fuel_properties")]
    fuel_properties(query @whole: FuelPropertyFilter<'_>) -> Vec<&FuelProperty>
        => |factors| factors.find_fuel_properties(&query)?;
    #[call(GET "/gwp-values" 200, doc "emission::EmissionFactors::find_gwp_values")]
    gwp_values(query @whole: GwpFilter) -> Vec<&GwpValue> => |factors| factors.find_gwp_values(query.version);
    #[call(slow)]
    inventory(query @whole: InventoryQuery<'_>) -> Counted<'_, '_> => |factors| Counted::of(factors, query)?;
    #[call(GET "/emission-factor-libraries" 200, doc "emission::EmissionFactors::find_libraries")]
    libraries(query @whole: LibraryFilter) -> Vec<&EmissionFactorLibrary> => |factors| factors.find_libraries(&query)?;
    #[call(GET "/emission-factors/resolve" 200)]
    resolve(query @whole: ResolveQuery<'_>) -> Resolution<'_> => |factors| Resolution(factors.resolve(&query)?);
    resolve_batch(query @whole: ResolveBatchQuery<'_>) -> Vec<Result<Resolution<'_>>> as results
        => |factors| resolve_each(factors, &query);
    #[call(GET "/emission-factors" 200)]
    search(query @whole: FactorFilter<'_>) -> FactorPage<&EmissionFactor> => |factors| factors.search(&query)?;
}

/// The digest of a library that is there.
pub(in crate::ffi) fn known_digest(library: Uuid, digest: Option<[u8; 32]>) -> Result<[u8; 32]> {
    digest.ok_or_else(|| {
        let message = format!("`{library}` names no library; expected the id of one that is loaded");
        Error::new(ErrorCode::UnknownReference, "libraryId", message)
    })
}

fn resolve_each<'f>(factors: &'f EmissionFactors, query: &ResolveBatchQuery<'_>) -> Vec<Result<Resolution<'f>>> {
    let resolve = |(at, query): (usize, &Result<ResolveQuery<'_>>)| {
        let resolved = query.clone().and_then(|query| factors.resolve(&query));
        resolved.map(Resolution).map_err(|error| error.at_index(at).under("queries"))
    };
    query.queries.iter().enumerate().map(resolve).collect()
}

/// What an activity emitted, with the factors that it was counted by.
pub(in crate::ffi) struct Emitted<'f> {
    pub(in crate::ffi) factors: &'f EmissionFactors,
    pub(in crate::ffi) emissions: crate::emission::Emissions<'f>,
}

impl Write for Emitted<'_> {
    fn write(&self, out: &mut dyn Sink) {
        EmissionsAnswer { factors: self.factors, emissions: &self.emissions }.write(out);
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Emitted<'_> {
    fn shape() -> crate::wire::describe::Shape {
        EmissionsAnswer::shape()
    }
}

/// An inventory with the factors that it was counted by and the rows that it was made from.
pub(in crate::ffi) struct Counted<'f, 'q> {
    factors: &'f EmissionFactors,
    inventory: crate::emission::Inventory<'f>,
    rows: &'q Value,
}

impl<'f, 'q> Counted<'f, 'q> {
    pub(in crate::ffi) fn of(factors: &'f EmissionFactors, query: InventoryQuery<'q>) -> Result<Self> {
        let mut builder = InventoryBuilder::new(factors, query.gwp_version);
        push_rows(&mut builder, query.rows, query.defaults).map_err(|error| error.under("rows"))?;
        let counted = Self { factors, inventory: builder.finish()?, rows: query.rows };
        counted.with_answer(|answer| answer.check())?;
        Ok(counted)
    }

    fn with_answer<T>(&self, take: impl FnOnce(&InventoryAnswer<'_>) -> T) -> T {
        let ids = |at: usize| id_of(self.rows, at).cloned();
        take(&InventoryAnswer {
            factors: self.factors,
            gwp_version: self.inventory.gwp_version(),
            totals: self.inventory.totals(),
            rows: self.inventory.rows(),
            failed: self.inventory.failed(),
            methods: self.inventory.methods(),
            ids: &ids,
        })
    }
}

/// The id of a row, as it was given.
fn id_of(rows: &Value, at: usize) -> Option<&Value> {
    let Value::Array(rows) = rows else { return None };
    Fields::any(rows.get(at)?).ok()?.get("id")
}

impl Write for Counted<'_, '_> {
    fn write(&self, out: &mut dyn Sink) {
        self.with_answer(|answer| answer.write(out));
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Counted<'_, '_> {
    fn shape() -> crate::wire::describe::Shape {
        InventoryAnswer::shape()
    }
}
