//! Libraries, factors, fuel properties, GWP values and trees of regions as plain values, and back.

use chrono::SecondsFormat;
use uuid::Uuid;

use crate::Result;
use crate::emission::{
    BiogenicCategory, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, FuelProperty, GwpValue, RegionParent,
    SourceRow,
};
use crate::ffi::read::{Fields, boolean, decimal, instant, integer, list, named, owned_string, uuid};
use crate::ffi::value::Value;

/// The data of [`emission_factors_from_json`](super::emission_factors_from_json), with `reference: true` behind the crate's
/// own reference data.
pub(in crate::ffi) fn read_data(value: &Value) -> Result<EmissionFactorData> {
    let known = ["reference", "libraries", "factors", "fuelProperties", "gwpValues", "regionParents"];
    let fields = Fields::of(value, &known)?;
    let own = EmissionFactorData {
        libraries: fields.optional("libraries", |value| list(value, read_library))?.unwrap_or_default(),
        factors: fields.optional("factors", |value| list(value, read_factor))?.unwrap_or_default(),
        fuel_properties: fields
            .optional("fuelProperties", |value| list(value, read_fuel_property))?
            .unwrap_or_default(),
        gwp_values: fields.optional("gwpValues", |value| list(value, read_gwp))?.unwrap_or_default(),
        region_parents: fields.optional("regionParents", |value| list(value, read_region_parent))?.unwrap_or_default(),
    };
    if !fields.optional("reference", boolean)?.unwrap_or(false) {
        return Ok(own);
    }
    let mut all = reference()?;
    all.extend(own);
    Ok(all)
}

#[cfg(feature = "reference-data")]
fn reference() -> Result<EmissionFactorData> {
    crate::emission::reference_data()
}

#[cfg(not(feature = "reference-data"))]
fn reference() -> Result<EmissionFactorData> {
    let message = "is true; expected a build with the reference data, or the data itself";
    Err(crate::Error::new(crate::ErrorCode::UnknownValue, "reference", message))
}

const LIBRARY: &[&str] = &[
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
];

fn read_library(value: &Value) -> Result<EmissionFactorLibrary> {
    let fields = Fields::of(value, LIBRARY)?;
    let (id, is_default) = (fields.required("id", uuid)?, fields.required("isDefault", boolean)?);
    library_of(&fields, id, is_default)
}

/// The library of factors that are imported from a file of one's own: its id follows from what it is called.
#[cfg(feature = "import")]
pub(in crate::ffi) fn read_import_library(value: &Value) -> Result<EmissionFactorLibrary> {
    let fields = Fields::of(value, LIBRARY)?;
    let is_default = fields.optional("isDefault", boolean)?.unwrap_or(false);
    let given = fields.optional("id", uuid)?;
    let mut library = library_of(&fields, given.unwrap_or_default(), is_default)?;
    if given.is_none() {
        library.id = crate::emission::library_id(library.authority, &library.name, &library.version);
    }
    Ok(library)
}

fn library_of(fields: &Fields<'_>, id: Uuid, is_default: bool) -> Result<EmissionFactorLibrary> {
    Ok(EmissionFactorLibrary {
        id,
        name: fields.required("name", owned_string)?,
        authority: fields.required("authority", named)?,
        version: fields.required("version", owned_string)?,
        release_year: fields.required("releaseYear", integer)?,
        is_default,
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

pub(in crate::ffi) fn factor_value(factor: &EmissionFactor) -> Value {
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

pub(in crate::ffi) fn library_value(library: &EmissionFactorLibrary) -> Value {
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

pub(super) fn source_value(source: &SourceRow) -> Value {
    Value::object(vec![("table", Value::text(&source.table)), ("row", Value::text(&source.row))])
}

fn biogenic_category_value(pair: &BiogenicCategory) -> Value {
    Value::object(vec![
        ("category", Value::text(&pair.category)),
        ("biogenicCategory", Value::text(&pair.biogenic_category)),
    ])
}

pub(in crate::ffi) fn property_value(property: &FuelProperty) -> Value {
    let contract = vec![
        ("id", Value::text(property.id)),
        ("libraryId", Value::text(property.library_id)),
        ("fuelType", Value::text(&property.fuel_type)),
        ("propertyType", Value::text(property.property_type)),
        ("value", Value::decimal(property.value)),
        ("unit", Value::text(&property.unit)),
        ("region", Value::optional_text(property.region.as_deref())),
        ("createdAt", instant_value(property.created_at)),
    ];
    with_additions(contract, [("source", property.source.as_ref().map(source_value))])
}

pub(in crate::ffi) fn gwp_value(value: &GwpValue) -> Value {
    let contract = vec![
        ("id", Value::text(value.id)),
        ("version", Value::text(value.version)),
        ("gas", Value::text(&value.gas)),
        ("value", Value::decimal(value.value)),
        ("createdAt", instant_value(value.created_at)),
    ];
    with_additions(contract, [("source", value.source.as_ref().map(source_value))])
}

fn region_parent_value(step: &RegionParent) -> Value {
    Value::object(vec![
        ("libraryId", Value::text(step.library_id)),
        ("region", Value::text(&step.region)),
        ("parent", Value::text(&step.parent)),
    ])
}

/// All data in the form in which it is read.
pub(in crate::ffi) fn data_value(data: &EmissionFactorData) -> Value {
    Value::object(vec![
        ("libraries", Value::list(&data.libraries, library_value)),
        ("factors", Value::list(&data.factors, factor_value)),
        ("fuelProperties", Value::list(&data.fuel_properties, property_value)),
        ("gwpValues", Value::list(&data.gwp_values, gwp_value)),
        ("regionParents", Value::list(&data.region_parents, region_parent_value)),
    ])
}

/// ISO 8601 in UTC with milliseconds, as in the contract.
fn instant_value(instant: chrono::DateTime<chrono::Utc>) -> Value {
    Value::String(instant.to_rfc3339_opts(SecondsFormat::Millis, true))
}
