//! What emission factors answer, as plain values.

use std::borrow::Borrow;

use rust_decimal::Decimal;

use super::data::{factor_value, library_value, property_value, source_value};
use super::rows::row_id;
use crate::emission::{
    Co2e, Co2eWarning, Conversion, EmissionFactor, EmissionFactors, Emissions, Explanation, FactorPage, FailedRow,
    GasEmission, GroupTotal, Inventory, InventoryTotals, Method, MethodFactor, ResolvedFactor, RowEmissions,
};
use crate::ffi::value::{Value, error_value};
use crate::{Result, hex};

fn decimal_or_null(value: Option<Decimal>) -> Value {
    value.map_or(Value::Null, Value::decimal)
}

/// The contract's `ResolvedEmissionFactorDto`, with `libraryMatch` added.
pub(super) fn resolved_value(resolved: Option<&ResolvedFactor<'_>>) -> Value {
    Value::object(vec![
        ("factor", resolved.map_or(Value::Null, |found| factor_value(found.factor))),
        ("tier", Value::optional_text(resolved.map(|found| found.tier))),
        ("library", resolved.map_or(Value::Null, |found| library_value(found.library))),
        ("usedFallback", Value::Bool(resolved.is_some_and(ResolvedFactor::used_fallback))),
        ("libraryMatch", Value::optional_text(resolved.map(|found| found.library_match))),
    ])
}

/// The contract's `PaginatedEmissionFactorsDto`.
pub(super) fn page_value<T: Borrow<EmissionFactor>>(page: &FactorPage<T>) -> Value {
    let number = |value: u64| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX));
    Value::object(vec![
        ("items", Value::list(&page.items, |factor| factor_value(factor.borrow()))),
        ("total", number(page.total)),
        ("page", number(page.page)),
        ("pageSize", Value::Integer(page.page_size.into())),
        ("totalPages", number(page.total_pages)),
    ])
}

pub(super) fn explanation_value(why: &Explanation<'_>) -> Value {
    let library = |considered: &crate::emission::ConsideredLibrary<'_>| {
        Value::object(vec![
            ("id", Value::text(considered.library.id)),
            ("name", Value::text(&considered.library.name)),
            ("version", Value::text(&considered.library.version)),
            ("releaseYear", Value::Integer(considered.library.release_year.into())),
            ("digest", Value::text(hex::digits(&considered.digest))),
            ("outcome", Value::text(considered.outcome)),
        ])
    };
    let tier = |tried: &crate::emission::TriedTier| {
        Value::object(vec![
            ("tier", Value::text(tried.tier)),
            ("regions", Value::list(&tried.regions, Value::text)),
            ("matched", Value::count(tried.matched)),
        ])
    };
    let candidate = |considered: &crate::emission::ConsideredFactor<'_>| {
        let factor = considered.factor;
        Value::object(vec![
            ("factorId", Value::text(factor.id)),
            ("region", Value::optional_text(factor.region.as_deref())),
            ("technology", Value::optional_text(factor.technology.as_deref())),
            ("value", Value::decimal(factor.value)),
            ("unit", Value::text(&factor.unit)),
            ("source", factor.source.as_ref().map_or(Value::Null, source_value)),
            ("outcome", Value::text(considered.outcome)),
        ])
    };
    Value::object(vec![
        ("libraries", Value::list(&why.libraries, library)),
        ("libraryMatch", Value::optional_text(why.library_match)),
        ("tiers", Value::list(&why.tiers, tier)),
        ("candidates", Value::list(&why.candidates, candidate)),
        ("resolved", resolved_value(why.resolved.as_ref())),
        ("refused", why.refused.as_ref().map_or(Value::Null, error_value)),
    ])
}

pub(super) fn co2e_value(answer: &Co2e<'_>, amount: Decimal) -> Result<Value> {
    Ok(Value::object(vec![
        ("co2eKg", Value::decimal(answer.co2e_kg)),
        ("biogenicCo2Kg", Value::decimal(answer.biogenic_co2_kg)),
        ("emittedKg", Value::decimal(answer.emitted_kg)),
        ("activityAmount", Value::decimal(answer.activity_amount)),
        ("conversions", conversions_value(&answer.conversions, Some(amount))?),
        ("kgPerMassUnit", Value::decimal(answer.kg_per_mass_unit)),
        ("gwpVersion", Value::text(answer.gwp_version)),
        ("gwp", decimal_or_null(answer.gwp)),
        ("oxidationFactor", decimal_or_null(answer.oxidation_factor)),
        ("warnings", warnings_value(&answer.warnings)),
        ("resolved", resolved_value(Some(&answer.resolved))),
    ]))
}

fn warnings_value(warnings: &[Co2eWarning]) -> Value {
    Value::list(warnings, Value::text)
}

/// The steps of a conversion, with the amount behind each where one is given.
fn conversions_value(steps: &[Conversion<'_>], amount: Option<Decimal>) -> Result<Value> {
    let mut amount = amount;
    let mut values = Vec::with_capacity(steps.len());
    for step in steps {
        amount = amount.map(|amount| step.apply(amount)).transpose()?;
        let mut fields = vec![
            ("from", Value::text(&step.from)),
            ("to", Value::text(&step.to)),
            ("multiplier", Value::decimal(step.multiplier)),
            ("divisor", Value::decimal(step.divisor)),
            ("basis", Value::text(step.basis)),
            ("property", step.property.map_or(Value::Null, property_value)),
        ];
        fields.extend(amount.map(|amount| ("amount", Value::decimal(amount))));
        values.push(Value::object(fields));
    }
    Ok(Value::Array(values))
}

fn gas_value(gas: &GasEmission<'_>) -> Value {
    let mut fields = vec![
        ("gas", Value::text(gas.gas)),
        ("role", Value::text(gas.role)),
        ("emittedKg", Value::decimal(gas.emitted_kg)),
        ("gwp", decimal_or_null(gas.gwp)),
        ("co2eKg", Value::decimal(gas.co2e_kg)),
    ];
    fields.extend(gas.lower_co2e_kg.map(|kg| ("lowerCo2eKg", Value::decimal(kg))));
    fields.extend(gas.upper_co2e_kg.map(|kg| ("upperCo2eKg", Value::decimal(kg))));
    Value::object(fields)
}

fn method_factor_value(used: &MethodFactor<'_>) -> Result<Value> {
    let gwp = used.gwp.map_or(Value::Null, |gwp| {
        Value::object(vec![
            ("value", Value::decimal(gwp)),
            ("gas", Value::optional_text(used.gwp_entry.map(|entry| entry.gas.as_str()))),
            ("source", used.gwp_entry.and_then(|entry| entry.source.as_ref()).map_or(Value::Null, source_value)),
        ])
    });
    Ok(Value::object(vec![
        ("role", Value::text(used.role)),
        ("tier", Value::text(used.tier)),
        ("regionSteps", Value::Integer(used.region_steps.into())),
        ("conversions", conversions_value(used.conversions, None)?),
        ("kgPerMassUnit", Value::decimal(used.kg_per_mass_unit)),
        ("oxidationFactor", decimal_or_null(used.oxidation_factor)),
        ("gwp", gwp),
        ("factor", factor_value(used.factor)),
    ]))
}

/// How rows are counted: everything that led from an amount to its figures.
pub(super) fn method_value(factors: &EmissionFactors, method: &Method<'_>) -> Result<Value> {
    let list = |uses: Vec<MethodFactor<'_>>| -> Result<Value> {
        uses.iter().map(method_factor_value).collect::<Result<_>>().map(Value::Array)
    };
    let library = method.library();
    let digest = library.and_then(|library| factors.digest(library.id)).map(|digest| hex::digits(&digest));
    Ok(Value::object(vec![
        ("gwpVersion", Value::text(method.gwp_version())),
        ("library", library.map_or(Value::Null, library_value)),
        ("libraryDigest", Value::optional_text(digest)),
        ("libraryMatch", Value::optional_text(method.library_match())),
        ("factors", list(method.factors())?),
        ("residualMix", list(method.residual_mix())?),
        ("gasesNotStated", Value::list(method.gases_not_stated(), Value::text)),
        ("warnings", warnings_value(&method.warnings())),
    ]))
}

pub(super) fn emissions_value(factors: &EmissionFactors, answer: &Emissions<'_>) -> Result<Value> {
    Ok(Value::object(vec![
        ("co2eKg", Value::decimal(answer.co2e_kg)),
        ("biogenicCo2Kg", decimal_or_null(answer.biogenic_co2_kg)),
        ("marketBasedCo2eKg", decimal_or_null(answer.market_based_co2e_kg)),
        ("scope", Value::optional_text(answer.scope)),
        ("gases", Value::list(&answer.gases, gas_value)),
        ("warnings", warnings_value(&answer.warnings)),
        ("method", method_value(factors, &answer.method)?),
    ]))
}

/// An inventory, with the ids of the rows that it was made from.
pub(super) fn inventory_value(factors: &EmissionFactors, inventory: &Inventory<'_>, rows: &Value) -> Result<Value> {
    let row = |row: &RowEmissions| row_value(row, inventory.methods().get(row.method), row_id(rows, row.row));
    let failed = |failed: &FailedRow| failed_value(failed, row_id(rows, failed.row));
    let methods: Result<Vec<Value>> = inventory.methods().iter().map(|it| method_value(factors, it)).collect();
    Ok(Value::object(vec![
        ("gwpVersion", Value::text(inventory.gwp_version())),
        ("totals", totals_value(inventory.totals(), inventory.failed().len())),
        ("rows", Value::Array(inventory.rows().iter().map(row).collect::<Result<_>>()?)),
        ("failed", Value::list(inventory.failed(), failed)),
        ("methods", Value::Array(methods?)),
    ]))
}

/// A row of an inventory with the method that it was counted by.
pub(super) fn row_value(row: &RowEmissions, method: Option<&Method<'_>>, id: Value) -> Result<Value> {
    let gases = method.map_or(Ok(Vec::new()), |method| method.gases(row.amount))?;
    let warnings = method.map(|method| row.warnings(method)).unwrap_or_default();
    Ok(Value::object(vec![
        ("row", Value::count(row.row)),
        ("id", id),
        ("co2eKg", Value::decimal(row.co2e_kg)),
        ("biogenicCo2Kg", decimal_or_null(row.biogenic_co2_kg)),
        ("marketBasedCo2eKg", decimal_or_null(row.market_based_co2e_kg)),
        ("scope", Value::optional_text(row.scope)),
        ("category", Value::optional_text(method.map(Method::category))),
        ("gases", Value::list(&gases, gas_value)),
        ("warnings", warnings_value(&warnings)),
        ("method", Value::count(row.method)),
    ]))
}

pub(super) fn failed_value(failed: &FailedRow, id: Value) -> Value {
    Value::object(vec![("row", Value::count(failed.row)), ("id", id), ("error", error_value(&failed.error))])
}

pub(super) fn totals_value(totals: &InventoryTotals, failed: usize) -> Value {
    Value::object(vec![
        ("rows", Value::count(totals.rows)),
        ("failedRows", Value::count(failed)),
        ("co2eKg", Value::decimal(totals.co2e_kg)),
        ("marketBasedCo2eKg", Value::decimal(totals.market_based_co2e_kg)),
        ("biogenicCo2Kg", Value::decimal(totals.biogenic_co2_kg)),
        ("rowsWithoutBiogenic", Value::count(totals.rows_without_biogenic)),
        ("byScope", Value::list(&totals.by_scope, |group| group_value(group, false))),
        ("byCategory", Value::list(&totals.by_category, |group| group_value(group, true))),
        (
            "byGas",
            Value::list(&totals.by_gas, |(gas, kg)| {
                Value::object(vec![("gas", Value::text(gas)), ("co2eKg", Value::decimal(*kg))])
            }),
        ),
    ])
}

fn group_value(group: &GroupTotal, with_category: bool) -> Value {
    let mut fields = vec![("scope", Value::optional_text(group.scope))];
    if with_category {
        fields.push(("category", Value::text(&group.category)));
    }
    fields.extend([
        ("rows", Value::count(group.rows)),
        ("co2eKg", Value::decimal(group.co2e_kg)),
        ("marketBasedCo2eKg", decimal_or_null(group.market_based_co2e_kg)),
        ("biogenicCo2Kg", Value::decimal(group.biogenic_co2_kg)),
    ]);
    Value::object(fields)
}
