//! The calls on the emission factors of a ledger: the same queries and answers as those on factors in memory.

use chrono::{DateTime, Utc};

use crate::emission::{
    Authority, Co2e, Co2eQuery, EmissionFactor, EmissionFactorLibrary, EmissionsQuery, Explanation, FactorFilter,
    FactorPage, FuelProperty, FuelPropertyFilter, GwpFilter, GwpValue, InventoryQuery, LibraryFilter, Resolution,
    ResolveQuery,
};
use crate::ffi::call::calls;
use crate::ffi::calls::factors::{Counted, Emitted, LibraryQuery, known_digest};
use crate::ffi::factors::FactorDataInput;
use crate::ledger::{Caller, Ledger, LoadedFactors};
use crate::wire::{Fields, Value, items};

calls! {
    /// The calls on the libraries that a ledger has loaded.
    pub(in crate::ffi) CALLS: Ledger, "factors.", "ledger::Factors";

    digest(caller: Caller, query @query: LibraryQuery, now @ignored: DateTime<Utc>) -> [u8; 32] as digest
        => |ledger| known_digest(query.library_id, ledger.factors().digest(&caller, query.library_id)?)?;
    #[call(doc "emission::EmissionFactors::co2e")]
    co2e(caller: Caller, query @query: Co2eQuery<'_>, now @ignored: DateTime<Utc>) -> Co2e<'_>
        => |ledger| found.co2e(&query.activity, query.gwp_choice())?,
        where found = ledger.factors().of_query(&caller, &query.query)?;
    #[call(doc "emission::EmissionFactors::emissions")]
    emissions(caller: Caller, query @query: EmissionsQuery<'_>, now @ignored: DateTime<Utc>) -> Emitted<'_>
        => |ledger| Emitted { factors: found.factors(), emissions: found.emissions(query.gwp_version)? },
        where found = ledger.factors().of_row(&caller, &query.activity.row())?;
    #[call(GET "/emission-factors/resolve/explain" 200, doc "emission::EmissionFactors::explain")]
    explain(caller: Caller, query @query: ResolveQuery<'_>, now @ignored: DateTime<Utc>) -> Explanation<'_>
        => |ledger| found.explain()?, where found = ledger.factors().candidates(&caller, &query)?;
    #[call(slow, doc "emission::EmissionFactors::inventory")]
    inventory(caller: Caller, query @query: InventoryQuery<'_>, now @ignored: DateTime<Utc>) -> Counted<'_, '_>
        => |ledger| Counted::of(&found, query)?,
        where found = ledger.factors().of_authorities(&caller, &authorities_of(&query))?;
    #[call(GET "/emission-factors/resolve" 200)]
    resolve(caller: Caller, query @query: ResolveQuery<'_>, now @ignored: DateTime<Utc>) -> Resolution<'_>
        => |ledger| Resolution(found.resolve()?), where found = ledger.factors().candidates(&caller, &query)?;
    #[call(GET "/fuel-properties" 200)]
    fuel_properties(caller: Caller, query @query: FuelPropertyFilter<'_>, now @ignored: DateTime<Utc>) -> Vec<FuelProperty>
        => |ledger| ledger.factors().fuel_properties(&caller, &query)?;
    #[call(GET "/gwp-values" 200)]
    gwp_values(caller: Caller, query @query: GwpFilter, now @ignored: DateTime<Utc>) -> Vec<GwpValue>
        => |ledger| ledger.factors().gwp_values(&caller, query.version)?;
    #[call(GET "/emission-factor-libraries" 200)]
    libraries(caller: Caller, query @query: LibraryFilter, now @ignored: DateTime<Utc>) -> Vec<EmissionFactorLibrary>
        => |ledger| ledger.factors().libraries(&caller, &query)?;
    load(data @body: FactorDataInput, now: DateTime<Utc>) -> LoadedFactors
        => |ledger| ledger.factors().load(&data.into_data()?, now)?;
    #[call(GET "/emission-factors" 200)]
    search(caller: Caller, query @query: FactorFilter<'_>, now @ignored: DateTime<Utc>) -> FactorPage<EmissionFactor>
        => |ledger| ledger.factors().search(&caller, &query)?;
}

/// Whose factors an inventory's rows name. One that cannot be read fails by itself later.
pub(in crate::ffi) fn authorities_of(query: &InventoryQuery<'_>) -> Vec<Authority> {
    let of = |row: &Value| Fields::any(row).ok()?.take::<Option<Authority>>("authority").flatten();
    items(query.rows).unwrap_or_default().iter().chain(query.defaults).filter_map(of).collect()
}
