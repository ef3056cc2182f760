//! Emission factors over plain values, in the contract's shapes.

use chrono::SecondsFormat;

use super::json::{NumberStyle, parse_json};
use super::read::{Fields, boolean, decimal, instant, integer, list, named, owned_string, string, uuid};
use super::value::Value;
use super::write_answer;
use crate::emission::{
    Activity, BiogenicCategory, Co2e, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, EmissionFactors,
    FuelProperty, GwpValue, RegionParent, ResolveQuery, ResolvedFactor, SourceRow,
};
use crate::{Error, ErrorCode, Result, text};

/// Libraries, factors, fuel properties and GWP values from JSON text in the contract's shapes.
///
/// The text is `{"libraries": […], "factors": […], "fuelProperties": […], "gwpValues": […]}`; each list may be absent.
///
/// # Errors
///
/// Those of [`parse_json`] and of [`EmissionFactors::new`], and for each field [`ErrorCode::MissingField`],
/// [`ErrorCode::UnknownField`], [`ErrorCode::WrongType`], [`ErrorCode::InvalidUuid`], [`ErrorCode::InvalidDate`] or
/// [`ErrorCode::UnknownValue`] with its path, such as `factors[3].unit`.
///
/// ```
/// let factors = tierra::ffi::emission_factors_from_json(r#"{
///   "gwpValues": [{"id": "550e8400-e29b-41d4-a716-446655440003", "version": "ar5", "gas": "CH4", "value": 28,
///                  "createdAt": "2024-01-15T00:00:00.000Z"}]
/// }"#)?;
/// assert_eq!(factors.gwp_values()[0].value, 28.into());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn emission_factors_from_json(json: &str) -> Result<EmissionFactors> {
    read_emission_factors(&parse_json(json)?)
}

/// [`emission_factors_from_json`] for a value that is parsed already.
///
/// # Errors
///
/// As [`emission_factors_from_json`], but for the errors of JSON text.
pub fn read_emission_factors(value: &Value) -> Result<EmissionFactors> {
    EmissionFactors::new(read_data(value)?)
}

fn read_data(value: &Value) -> Result<EmissionFactorData> {
    let fields = Fields::of(value, &["libraries", "factors", "fuelProperties", "gwpValues", "regionParents"])?;
    Ok(EmissionFactorData {
        libraries: fields.optional("libraries", |value| list(value, read_library))?.unwrap_or_default(),
        factors: fields.optional("factors", |value| list(value, read_factor))?.unwrap_or_default(),
        fuel_properties: fields
            .optional("fuelProperties", |value| list(value, read_fuel_property))?
            .unwrap_or_default(),
        gwp_values: fields.optional("gwpValues", |value| list(value, read_gwp))?.unwrap_or_default(),
        region_parents: fields.optional("regionParents", |value| list(value, read_region_parent))?.unwrap_or_default(),
    })
}

/// A call on emission factors that are loaded already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorCall {
    /// `{authority, reportingYear, fuelType, gas, category, region?, technology?}` → the factor, its tier and library.
    Resolve,
    /// The same with `activity: {amount, unit}` and `gwpVersion` → CO2e.
    Co2e,
}

impl FactorCall {
    /// The call of this name: `resolve` or `co2e`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownOp`] for another name.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            "resolve" => Ok(Self::Resolve),
            "co2e" => Ok(Self::Co2e),
            other => {
                let message = format!("`{}` is no call on factors; expected `resolve` or `co2e`", text::excerpt(other));
                Err(Error::new(ErrorCode::UnknownOp, "", message))
            }
        }
    }

    /// Answers the call.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::resolve`] and [`EmissionFactors::co2e`], and those of the fields.
    pub fn answer(self, factors: &EmissionFactors, query: &Value) -> Result<Value> {
        match self {
            Self::Resolve => resolve_in(factors, query),
            Self::Co2e => co2e_in(factors, query),
        }
    }
}

/// Emission factors loaded once and asked many times, for bindings that speak JSON text.
#[derive(Debug, Clone)]
pub struct FactorHandle(Result<EmissionFactors>);

impl FactorHandle {
    /// Loads the JSON text of [`emission_factors_from_json`]; a refusal is kept for [`FactorHandle::load_error`].
    #[must_use]
    pub fn load(json: &str) -> Self {
        Self(emission_factors_from_json(json))
    }

    /// Why loading was refused, as [`answer_json`](super::answer_json) writes errors; `None` where it was not.
    #[must_use]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| write_answer(Err(error.clone()), NumberStyle::Digits))
    }

    /// The answer or the error of the [`FactorCall`] named `call`, as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn answer_json(&self, call: &str, query: &str, style: NumberStyle) -> String {
        let answer = || {
            let factors = self.0.as_ref().map_err(Error::clone)?;
            FactorCall::named(call)?.answer(factors, &parse_json(query)?)
        };
        write_answer(answer(), style)
    }
}

/// `{data, query}` → the answer of [`FactorCall::Resolve`].
pub(super) fn resolve(input: &Value) -> Result<Value> {
    with_data(input, FactorCall::Resolve)
}

/// `{data, query}` → the answer of [`FactorCall::Co2e`].
pub(super) fn co2e(input: &Value) -> Result<Value> {
    with_data(input, FactorCall::Co2e)
}

fn with_data(input: &Value, call: FactorCall) -> Result<Value> {
    let fields = Fields::of(input, &["data", "query"])?;
    let factors = fields.required("data", read_emission_factors)?;
    let query = fields.required("query", Ok)?;
    call.answer(&factors, query).map_err(|error| {
        // What a factor itself gets wrong stands in the data.
        let parent = if error.path().starts_with("factors[") { "data" } else { "query" };
        error.under(parent)
    })
}

const QUERY: [&str; 7] = ["authority", "reportingYear", "fuelType", "gas", "category", "region", "technology"];
const ACTIVITY: [&str; 9] =
    ["authority", "reportingYear", "fuelType", "gas", "category", "region", "technology", "activity", "gwpVersion"];

fn resolve_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let query = read_query(&Fields::of(query, &QUERY)?)?;
    Ok(resolved_value(factors.resolve(&query)?.as_ref()))
}

fn co2e_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let fields = Fields::of(query, &ACTIVITY)?;
    let activity = fields.required("activity", |value| {
        let fields = Fields::of(value, &["amount", "unit"])?;
        Ok(Activity { amount: fields.required("amount", decimal)?, unit: fields.required("unit", string)? })
    })?;
    let gwp_version = fields.required("gwpVersion", named)?;
    factors.co2e(&read_query(&fields)?, &activity, gwp_version).map(|answer| co2e_value(&answer))
}

fn read_query<'a>(fields: &Fields<'a>) -> Result<ResolveQuery<'a>> {
    Ok(ResolveQuery {
        authority: fields.required("authority", named)?,
        reporting_year: fields.required("reportingYear", integer)?,
        fuel_type: fields.required("fuelType", string)?,
        gas: fields.required("gas", string)?,
        category: fields.required("category", string)?,
        region: fields.optional("region", string)?,
        technology: fields.optional("technology", string)?,
    })
}

fn read_library(value: &Value) -> Result<EmissionFactorLibrary> {
    let fields = Fields::of(
        value,
        &[
            "id",
            "name",
            "authority",
            "version",
            "releaseYear",
            "isDefault",
            "createdAt",
            "valuesExcludeOxidation",
            "gwpVersion",
            "calorificBasis",
            "biogenicCategories",
            "publication",
            "licence",
        ],
    )?;
    Ok(EmissionFactorLibrary {
        id: fields.required("id", uuid)?,
        name: fields.required("name", owned_string)?,
        authority: fields.required("authority", named)?,
        version: fields.required("version", owned_string)?,
        release_year: fields.required("releaseYear", integer)?,
        is_default: fields.required("isDefault", boolean)?,
        values_exclude_oxidation: fields.optional("valuesExcludeOxidation", boolean)?.unwrap_or(false),
        gwp_version: fields.optional("gwpVersion", named)?,
        calorific_basis: fields.optional("calorificBasis", named)?,
        biogenic_categories: fields
            .optional("biogenicCategories", |value| list(value, read_biogenic_category))?
            .unwrap_or_default(),
        publication: fields.optional("publication", owned_string)?,
        licence: fields.optional("licence", owned_string)?,
        created_at: fields.required("createdAt", instant)?,
    })
}

fn read_factor(value: &Value) -> Result<EmissionFactor> {
    let fields = Fields::of(
        value,
        &[
            "id",
            "libraryId",
            "externalId",
            "category",
            "fuelType",
            "gas",
            "isBiogenic",
            "value",
            "oxidationFactor",
            "unit",
            "region",
            "technology",
            "createdAt",
            "scope",
            "lower",
            "upper",
            "source",
        ],
    )?;
    Ok(EmissionFactor {
        id: fields.required("id", uuid)?,
        library_id: fields.required("libraryId", uuid)?,
        external_id: fields.optional("externalId", owned_string)?,
        category: fields.required("category", owned_string)?,
        fuel_type: fields.required("fuelType", owned_string)?,
        gas: fields.required("gas", owned_string)?,
        is_biogenic: fields.required("isBiogenic", boolean)?,
        value: fields.required("value", decimal)?,
        oxidation_factor: fields.required("oxidationFactor", decimal)?,
        unit: fields.required("unit", owned_string)?,
        region: fields.optional("region", owned_string)?,
        technology: fields.optional("technology", owned_string)?,
        scope: fields.optional("scope", named)?,
        lower: fields.optional("lower", decimal)?,
        upper: fields.optional("upper", decimal)?,
        source: fields.optional("source", read_source)?,
        created_at: fields.required("createdAt", instant)?,
    })
}

fn read_source(value: &Value) -> Result<SourceRow> {
    let fields = Fields::of(value, &["table", "row"])?;
    Ok(SourceRow { table: fields.required("table", owned_string)?, row: fields.required("row", owned_string)? })
}

fn read_biogenic_category(value: &Value) -> Result<BiogenicCategory> {
    let fields = Fields::of(value, &["category", "biogenicCategory"])?;
    Ok(BiogenicCategory {
        category: fields.required("category", owned_string)?,
        biogenic_category: fields.required("biogenicCategory", owned_string)?,
    })
}

fn read_region_parent(value: &Value) -> Result<RegionParent> {
    let fields = Fields::of(value, &["libraryId", "region", "parent"])?;
    Ok(RegionParent {
        library_id: fields.required("libraryId", uuid)?,
        region: fields.required("region", owned_string)?,
        parent: fields.required("parent", owned_string)?,
    })
}

fn read_fuel_property(value: &Value) -> Result<FuelProperty> {
    let fields = Fields::of(
        value,
        &["id", "libraryId", "fuelType", "propertyType", "value", "unit", "region", "createdAt", "source"],
    )?;
    Ok(FuelProperty {
        id: fields.required("id", uuid)?,
        library_id: fields.required("libraryId", uuid)?,
        fuel_type: fields.required("fuelType", owned_string)?,
        property_type: fields.required("propertyType", named)?,
        value: fields.required("value", decimal)?,
        unit: fields.required("unit", owned_string)?,
        region: fields.optional("region", owned_string)?,
        source: fields.optional("source", read_source)?,
        created_at: fields.required("createdAt", instant)?,
    })
}

fn read_gwp(value: &Value) -> Result<GwpValue> {
    let fields = Fields::of(value, &["id", "version", "gas", "value", "createdAt", "source"])?;
    Ok(GwpValue {
        id: fields.required("id", uuid)?,
        version: fields.required("version", named)?,
        gas: fields.required("gas", owned_string)?,
        value: fields.required("value", decimal)?,
        source: fields.optional("source", read_source)?,
        created_at: fields.required("createdAt", instant)?,
    })
}

/// The contract's `ResolvedEmissionFactorDto`, with `libraryMatch` added.
fn resolved_value(resolved: Option<&ResolvedFactor<'_>>) -> Value {
    Value::object(vec![
        ("factor", resolved.map_or(Value::Null, |found| factor_value(found.factor))),
        ("tier", Value::optional_text(resolved.map(|found| found.tier))),
        ("library", resolved.map_or(Value::Null, |found| library_value(found.library))),
        ("usedFallback", Value::Bool(resolved.is_some_and(ResolvedFactor::used_fallback))),
        ("libraryMatch", Value::optional_text(resolved.map(|found| found.library_match))),
    ])
}

fn factor_value(factor: &EmissionFactor) -> Value {
    let contract = vec![
        ("id", Value::text(factor.id)),
        ("libraryId", Value::text(factor.library_id)),
        ("externalId", Value::optional_text(factor.external_id.as_deref())),
        ("category", Value::text(&factor.category)),
        ("fuelType", Value::text(&factor.fuel_type)),
        ("gas", Value::text(&factor.gas)),
        ("isBiogenic", Value::Bool(factor.is_biogenic)),
        ("value", Value::decimal(factor.value)),
        ("oxidationFactor", Value::decimal(factor.oxidation_factor)),
        ("unit", Value::text(&factor.unit)),
        ("region", Value::optional_text(factor.region.as_deref())),
        ("technology", Value::optional_text(factor.technology.as_deref())),
        ("createdAt", instant_value(factor.created_at)),
    ];
    let additions = [
        ("scope", factor.scope.map(Value::text)),
        ("lower", factor.lower.map(Value::decimal)),
        ("upper", factor.upper.map(Value::decimal)),
        ("source", factor.source.as_ref().map(source_value)),
    ];
    with_additions(contract, additions)
}

fn library_value(library: &EmissionFactorLibrary) -> Value {
    let contract = vec![
        ("id", Value::text(library.id)),
        ("name", Value::text(&library.name)),
        ("authority", Value::text(library.authority)),
        ("version", Value::text(&library.version)),
        ("releaseYear", Value::Integer(library.release_year.into())),
        ("isDefault", Value::Bool(library.is_default)),
        ("createdAt", instant_value(library.created_at)),
    ];
    let biogenic = (!library.biogenic_categories.is_empty())
        .then(|| Value::list(&library.biogenic_categories, biogenic_category_value));
    let additions = [
        ("valuesExcludeOxidation", library.values_exclude_oxidation.then_some(Value::Bool(true))),
        ("gwpVersion", library.gwp_version.map(Value::text)),
        ("calorificBasis", library.calorific_basis.map(Value::text)),
        ("biogenicCategories", biogenic),
        ("publication", library.publication.as_ref().map(Value::text)),
        ("licence", library.licence.as_ref().map(Value::text)),
    ];
    with_additions(contract, additions)
}

/// The contract's fields, and behind them the additions that say something.
fn with_additions<const N: usize>(
    mut fields: Vec<(&'static str, Value)>,
    additions: [(&'static str, Option<Value>); N],
) -> Value {
    fields.extend(additions.into_iter().filter_map(|(name, value)| Some((name, value?))));
    Value::object(fields)
}

fn source_value(source: &SourceRow) -> Value {
    Value::object(vec![("table", Value::text(&source.table)), ("row", Value::text(&source.row))])
}

fn biogenic_category_value(pair: &BiogenicCategory) -> Value {
    Value::object(vec![
        ("category", Value::text(&pair.category)),
        ("biogenicCategory", Value::text(&pair.biogenic_category)),
    ])
}

fn co2e_value(answer: &Co2e<'_>) -> Value {
    Value::object(vec![
        ("co2eKg", Value::decimal(answer.co2e_kg)),
        ("biogenicCo2Kg", Value::decimal(answer.biogenic_co2_kg)),
        ("emittedKg", Value::decimal(answer.emitted_kg)),
        ("activityAmount", Value::decimal(answer.activity_amount)),
        ("kgPerMassUnit", Value::decimal(answer.kg_per_mass_unit)),
        ("gwpVersion", Value::text(answer.gwp_version)),
        ("gwp", answer.gwp.map_or(Value::Null, Value::decimal)),
        ("oxidationFactor", answer.oxidation_factor.map_or(Value::Null, Value::decimal)),
        ("warnings", Value::list(answer.warnings(), Value::text)),
        ("resolved", resolved_value(Some(&answer.resolved))),
    ])
}

/// ISO 8601 in UTC with milliseconds, as in the contract.
fn instant_value(instant: chrono::DateTime<chrono::Utc>) -> Value {
    Value::String(instant.to_rfc3339_opts(SecondsFormat::Millis, true))
}
