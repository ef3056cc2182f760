//! The calls on the emission factors of a ledger: the same queries and answers as those on factors in memory.

use super::answers::{co2e_value, emissions_value, explanation_value, inventory_value, page_value, resolved_value};
use super::data::{gwp_value, library_value, property_value};
use super::{
    co2e_query, digest_value, factor_filter, fuel_property_filter, gwp_version_filter, library_filter, library_id,
    read_inventory, read_query, with_row,
};
use crate::Result;
use crate::emission::Authority;
use crate::ffi::read::{Fields, items, named};
use crate::ffi::value::Value;
use crate::ledger::{Caller, Factors};

/// Answers a query of a caller.
pub(in crate::ffi) type LedgerFactorCall = fn(Factors<'_>, &Caller, &Value) -> Result<Value>;

pub(in crate::ffi) fn libraries(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    Ok(Value::list(&factors.libraries(caller, &library_filter(query)?)?, library_value))
}

pub(in crate::ffi) fn search(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    Ok(page_value(&factors.search(caller, &factor_filter(query)?)?))
}

pub(in crate::ffi) fn fuel_properties(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    Ok(Value::list(&factors.fuel_properties(caller, &fuel_property_filter(query)?)?, property_value))
}

pub(in crate::ffi) fn gwp_values(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    Ok(Value::list(&factors.gwp_values(caller, gwp_version_filter(query)?)?, gwp_value))
}

pub(in crate::ffi) fn digest(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let library = library_id(query)?;
    digest_value(library, factors.digest(caller, library)?)
}

pub(in crate::ffi) fn resolve(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let candidates = factors.candidates(caller, &read_query(query, &[])?)?;
    Ok(resolved_value(candidates.resolve()?.as_ref()))
}

pub(in crate::ffi) fn explain(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let candidates = factors.candidates(caller, &read_query(query, &[])?)?;
    Ok(explanation_value(&candidates.explain()?))
}

pub(in crate::ffi) fn co2e(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let (asked, activity, gwp_version) = co2e_query(query)?;
    let of_query = factors.of_query(caller, &asked)?;
    co2e_value(&of_query.co2e(&activity, gwp_version)?, activity.amount)
}

pub(in crate::ffi) fn emissions(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let gwp_version = Fields::any(query)?.required("gwpVersion", named)?;
    with_row(query, None, &["gwpVersion"], |row| {
        let of_row = factors.of_row(caller, row)?;
        emissions_value(of_row.factors(), &of_row.emissions(gwp_version)?)
    })?
}

pub(in crate::ffi) fn inventory(factors: Factors<'_>, caller: &Caller, query: &Value) -> Result<Value> {
    let asked = read_inventory(query)?;
    let named = items(asked.rows).unwrap_or_default().iter().chain(asked.defaults).filter_map(authority_of);
    let factors = factors.of_authorities(caller, &named.collect::<Vec<_>>())?;
    let inventory = asked.inventory(&factors)?;
    inventory_value(&factors, &inventory, asked.rows)
}

/// Whose factors a row is counted by. One that does not say so in a way that can be read fails by itself later.
fn authority_of(row: &Value) -> Option<Authority> {
    Fields::any(row).ok()?.optional("authority", named).ok()?
}
