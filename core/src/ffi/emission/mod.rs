//! Emission factors over plain values, in the contract's shapes.

mod answers;
mod data;
#[cfg(feature = "ledger")]
pub(super) mod in_ledger;
mod inventory;
mod rows;

use answers::{co2e_value, emissions_value, explanation_value, inventory_value, page_value, resolved_value};
pub(super) use data::read_data;
#[cfg(feature = "import")]
pub(super) use data::read_import_library;
use data::{data_value, gwp_value, library_value, property_value};
pub use inventory::{InventoryHandle, InventoryRows};
pub use rows::parse_digest;
use rows::{check_defaults, digest, push_rows, with_row};

use uuid::Uuid;

use super::json::{NumberStyle, parse_json};
use super::params::Params;
use super::read::{Fields, decimal, items, named, string, uuid};
use super::value::{Value, item_answer};
use super::write_answer;
use crate::emission::{
    Activity, EmissionFactors, FactorFilter, FuelPropertyFilter, GwpVersion, Inventory, InventoryBuilder,
    LibraryFilter, ResolveQuery, Unit, YEARS,
};
use crate::{Error, ErrorCode, Result, hex, text};

/// Libraries, factors, fuel properties, GWP values and trees of regions from JSON text in the contract's shapes.
///
/// The text is `{"libraries": […], "factors": […], "fuelProperties": […], "gwpValues": […], "regionParents": […]}`; each list
/// may be absent. With `"reference": true` the crate's own reference data stands before them (feature `reference-data`).
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

/// All of a set of factors and those of more data, as [`EmissionFactors::extended`]; the data as for
/// [`read_emission_factors`].
///
/// # Errors
///
/// As [`read_emission_factors`].
pub fn extend_emission_factors(factors: &EmissionFactors, more: &Value) -> Result<EmissionFactors> {
    factors.extended(read_data(more)?)
}

/// A call on emission factors that are loaded already.
#[derive(Debug, Clone, Copy)]
pub struct FactorCall(fn(&EmissionFactors, &Value) -> Result<Value>);

/// Every call, sorted by name. The five lists of the contract take their parameters as numbers or as texts.
const CALLS: &[(&str, FactorCall)] = &[
    ("co2e", FactorCall(co2e_in)),
    ("data", FactorCall(all_data)),
    ("digest", FactorCall(digest_in)),
    ("emissions", FactorCall(emissions_in)),
    ("explain", FactorCall(explain_in)),
    ("fuel_properties", FactorCall(fuel_properties_in)),
    ("gwp_values", FactorCall(gwp_values_in)),
    ("inventory", FactorCall(inventory_in)),
    ("libraries", FactorCall(libraries_in)),
    ("resolve", FactorCall(resolve_in)),
    ("resolve_batch", FactorCall(resolve_batch_in)),
    ("search", FactorCall(search_in)),
];

impl FactorCall {
    /// The call of this name, such as `resolve` or `inventory`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownOp`] for another name.
    pub fn named(name: &str) -> Result<Self> {
        let found = CALLS.iter().find(|(known, _)| *known == name).map(|(_, call)| *call);
        found.ok_or_else(|| {
            // Without a list of the names: the sentence stays the same when a call is added.
            let message = format!("`{}` is no call on factors; expected one such as `resolve`", text::excerpt(name));
            Error::new(ErrorCode::UnknownOp, "", message)
        })
    }

    /// The names of all calls, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        CALLS.iter().map(|(name, _)| *name)
    }

    /// Answers the call.
    ///
    /// # Errors
    ///
    /// Those of the call of [`EmissionFactors`] that it stands for, and those of the fields. Of the five lists of the
    /// contract and of `explain`, [`Error::issues`] tells all that is wrong with the parameters.
    pub fn answer(self, factors: &EmissionFactors, query: &Value) -> Result<Value> {
        (self.0)(factors, query)
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

    /// Reads an official file, as [`import_factors`](super::import_factors) with its options as JSON text; the report as JSON
    /// text stands beside the handle where nothing was refused.
    #[cfg(feature = "import")]
    #[must_use]
    pub fn import_file(kind: &str, bytes: &[u8], options: &str) -> (Self, Option<String>) {
        let read = parse_json(options).and_then(|options| super::import_factors(kind, bytes, &options));
        match read {
            Ok((factors, report)) => (Self(Ok(factors)), Some(super::write_json(&report, NumberStyle::Digits))),
            Err(error) => (Self(Err(error)), None),
        }
    }

    /// Why loading was refused, as [`answer_json`](super::answer_json) writes errors; `None` where it was not.
    #[must_use]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| write_answer(Err(error.clone()), NumberStyle::Digits))
    }

    /// A handle on all of these factors and those of more data, as [`EmissionFactors::extended`].
    #[must_use]
    pub fn extended(&self, json: &str) -> Self {
        let extended = |factors: &EmissionFactors| extend_emission_factors(factors, &parse_json(json)?);
        Self(self.0.as_ref().map_err(Error::clone).and_then(extended))
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

/// `{data, query}` → the answer of the call `resolve`.
pub(super) fn resolve(input: &Value) -> Result<Value> {
    with_data(input, FactorCall(resolve_in))
}

/// `{data, query}` → the answer of the call `co2e`.
pub(super) fn co2e(input: &Value) -> Result<Value> {
    with_data(input, FactorCall(co2e_in))
}

/// `{data, call, query}` → the answer of any call.
pub(super) fn factors(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["data", "call", "query"])?;
    let call = fields.required("call", |value| FactorCall::named(string(value)?))?;
    answer_over(&fields, call)
}

fn with_data(input: &Value, call: FactorCall) -> Result<Value> {
    answer_over(&Fields::of(input, &["data", "query"])?, call)
}

fn answer_over(fields: &Fields<'_>, call: FactorCall) -> Result<Value> {
    let factors = fields.required("data", read_emission_factors)?;
    let query = fields.required("query", Ok)?;
    call.answer(&factors, query).map_err(|error| {
        // What a factor itself gets wrong stands in the data.
        let parent = if error.path().starts_with("factors[") { "data" } else { "query" };
        error.under(parent)
    })
}

/// `{amount, from, to}` → `{amount}` in the other unit.
pub(super) fn convert_unit(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["amount", "from", "to"])?;
    let amount = fields.required("amount", decimal)?;
    let unit = |value: &Value| string(value)?.parse::<Unit>();
    let (from, to) = (fields.required("from", unit)?, fields.required("to", unit)?);
    let converted = from.convert(amount, to).map_err(|error| error.under("to"))?;
    Ok(Value::field("amount", Value::decimal(converted)))
}

// The lists of the contract.

/// The first and the last year of a library or report.
fn years() -> (i64, i64) {
    (i64::from(*YEARS.start()), i64::from(*YEARS.end()))
}

pub(super) fn library_filter(query: &Value) -> Result<LibraryFilter> {
    let mut params = Params::of(query, &["authority", "releaseYear"])?;
    let (first, last) = years();
    let filter = LibraryFilter {
        authority: params.optional("authority", named),
        release_year: params.number("releaseYear", first, last).and_then(|year| i32::try_from(year).ok()),
    };
    params.finish()?;
    Ok(filter)
}

fn libraries_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(Value::list(factors.find_libraries(&library_filter(query)?)?, library_value))
}

pub(super) fn factor_filter(query: &Value) -> Result<FactorFilter<'_>> {
    let known = ["libraryId", "fuelType", "gas", "category", "region", "technology", "unit", "page", "pageSize"];
    let mut params = Params::of(query, &known)?;
    let library_id = params.required("libraryId", uuid).unwrap_or_default();
    let filter = FactorFilter {
        library_id,
        fuel_type: params.text("fuelType"),
        gas: params.text("gas"),
        category: params.text("category"),
        region: params.text("region"),
        technology: params.text("technology"),
        unit: params.text("unit"),
        page: params.number("page", 1, i64::MAX).map_or(1, i64::unsigned_abs),
        page_size: (params.number("pageSize", 1, FactorFilter::MOST_A_PAGE.into()))
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(FactorFilter::PAGE_SIZE),
    };
    params.finish()?;
    Ok(filter)
}

fn search_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(page_value(&factors.search(&factor_filter(query)?)?))
}

pub(super) fn fuel_property_filter(query: &Value) -> Result<FuelPropertyFilter<'_>> {
    let mut params = Params::of(query, &["libraryId", "fuelType", "propertyType"])?;
    let filter = FuelPropertyFilter {
        library_id: params.required("libraryId", uuid).unwrap_or_default(),
        fuel_type: params.text("fuelType"),
        property_type: params.optional("propertyType", named),
    };
    params.finish()?;
    Ok(filter)
}

fn fuel_properties_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(Value::list(factors.find_fuel_properties(&fuel_property_filter(query)?)?, property_value))
}

pub(super) fn gwp_version_filter(query: &Value) -> Result<Option<GwpVersion>> {
    let mut params = Params::of(query, &["version"])?;
    let version = params.optional("version", named);
    params.finish()?;
    Ok(version)
}

fn gwp_values_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(Value::list(factors.find_gwp_values(gwp_version_filter(query)?), gwp_value))
}

/// The fields of a query for a factor; `more` are those beside them.
pub(super) fn read_query<'a>(query: &'a Value, more: &[&str]) -> Result<ResolveQuery<'a>> {
    const KNOWN: [&str; 9] = [
        "authority",
        "reportingYear",
        "fuelType",
        "gas",
        "category",
        "region",
        "technology",
        "factorUnit",
        "libraryDigest",
    ];
    let known: Vec<&str> = KNOWN.iter().chain(more).copied().collect();
    let mut params = Params::of(query, &known)?;
    let authority = params.required("authority", named);
    let (first, last) = years();
    let year = params.required_number("reportingYear", first, last).and_then(|year| i32::try_from(year).ok());
    let (fuel_type, gas, category) =
        (params.required_text("fuelType"), params.required_text("gas"), params.required_text("category"));
    let (region, technology, factor_unit) =
        (params.text("region"), params.text("technology"), params.text("factorUnit"));
    let library_digest = params.of_form("libraryDigest", digest);
    params.finish()?;
    // Both are there, or the parameters were refused.
    let (Some(authority), Some(reporting_year)) = (authority, year) else {
        return Err(Error::new(ErrorCode::MissingField, "authority", "is missing; expected a value"));
    };
    Ok(ResolveQuery {
        authority,
        reporting_year,
        fuel_type,
        gas,
        category,
        region,
        technology,
        factor_unit,
        library_digest,
    })
}

fn resolve_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(resolved_value(factors.resolve(&read_query(query, &[])?)?.as_ref()))
}

/// `{queries}` → `{results}`: each the answer of `resolve`, or its error.
fn resolve_batch_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let queries = Fields::of(query, &["queries"])?.required("queries", items)?;
    let results = queries.iter().enumerate().map(|(at, query)| {
        item_answer(resolve_in(factors, query).map_err(|error| error.under(&format!("queries[{at}]"))))
    });
    Ok(Value::field("results", Value::Array(results.collect())))
}

fn explain_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Ok(explanation_value(&factors.explain(&read_query(query, &[])?)?))
}

// Beyond the contract.

fn digest_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let library = library_id(query)?;
    digest_value(library, factors.digest(library))
}

fn library_id(query: &Value) -> Result<Uuid> {
    Fields::of(query, &["libraryId"])?.required("libraryId", uuid)
}

fn digest_value(library: Uuid, digest: Option<[u8; 32]>) -> Result<Value> {
    let digest = digest.ok_or_else(|| {
        let message = format!("`{library}` names no library; expected the id of one that is loaded");
        Error::new(ErrorCode::UnknownReference, "libraryId", message)
    })?;
    Ok(Value::field("digest", Value::String(hex::digits(&digest))))
}

fn all_data(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    Fields::of(query, &[])?;
    Ok(data_value(factors.data()))
}

/// The fields of a query for CO2e.
fn co2e_query(query: &Value) -> Result<(ResolveQuery<'_>, Activity<'_>, GwpVersion)> {
    let asked = read_query(query, &["activity", "gwpVersion"])?;
    let fields = Fields::any(query)?;
    let activity = fields.required("activity", |value| {
        let fields = Fields::of(value, &["amount", "unit"])?;
        Ok(Activity { amount: fields.required("amount", decimal)?, unit: fields.required("unit", string)? })
    })?;
    Ok((asked, activity, fields.required("gwpVersion", named)?))
}

fn co2e_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let (asked, activity, gwp_version) = co2e_query(query)?;
    co2e_value(&factors.co2e(&asked, &activity, gwp_version)?, activity.amount)
}

fn emissions_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let gwp_version = Fields::any(query)?.required("gwpVersion", named)?;
    with_row(query, None, &["gwpVersion"], |row| emissions_value(factors, &factors.emissions(row, gwp_version)?))?
}

/// `{rows, gwpVersion, defaults?}`, the rows unread.
struct InventoryQuery<'a> {
    rows: &'a Value,
    gwp_version: GwpVersion,
    defaults: Option<&'a Value>,
}

fn read_inventory(query: &Value) -> Result<InventoryQuery<'_>> {
    let fields = Fields::of(query, &["rows", "gwpVersion", "defaults"])?;
    let gwp_version = fields.required("gwpVersion", named)?;
    let defaults = fields.optional("defaults", Ok)?;
    check_defaults(defaults).map_err(|error| error.under("defaults"))?;
    Ok(InventoryQuery { rows: fields.required("rows", Ok)?, gwp_version, defaults })
}

impl InventoryQuery<'_> {
    fn inventory<'f>(&self, factors: &'f EmissionFactors) -> Result<Inventory<'f>> {
        let mut builder = InventoryBuilder::new(factors, self.gwp_version);
        push_rows(&mut builder, self.rows, self.defaults).map_err(|error| error.under("rows"))?;
        builder.finish()
    }
}

fn inventory_in(factors: &EmissionFactors, query: &Value) -> Result<Value> {
    let asked = read_inventory(query)?;
    inventory_value(factors, &asked.inventory(factors)?, asked.rows)
}
