//! Libraries of emission factors, their factors, fuel properties and regions, and GWP values.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Session;
use super::table::{Cells, Columns, row, select};
use super::value::{ToValue, Value, params};
use crate::Result;
use crate::emission::{
    Authority, BiogenicCategory, CalorificBasis, EmissionFactor, EmissionFactorLibrary, EmissionScope, FactorFilter,
    FuelProperty, FuelPropertyType, GwpValue, GwpVersion, RegionParent, SourceRow,
};
use crate::text::folded;

row! {
    /// The two columns of where a figure stands in its publication.
    struct SourceColumns {
        column source_table: Option<String>,
        column source_row: Option<String>,
    }
}

/// Both columns are there, or neither.
impl Columns for Option<SourceRow> {
    fn select(alias: &str, list: &mut Vec<String>) {
        SourceColumns::select(alias, list);
    }

    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let SourceColumns { source_table, source_row } = SourceColumns::read(cells)?;
        Ok(source_table.zip(source_row).map(|(table, row)| SourceRow { table, row }))
    }

    fn names(names: &mut Vec<&'static str>) {
        SourceColumns::names(names);
    }

    fn values<'v>(&'v self, values: &mut Vec<Value<'v>>) {
        let value = |text: Option<&'v String>| text.map_or(Value::Null, String::to_value);
        values.push(value(self.as_ref().map(|source| &source.table)));
        values.push(value(self.as_ref().map(|source| &source.row)));
    }
}

// Libraries.

row! {
    /// A library as it stands in the file.
    struct LibraryRow in "factor_libraries" as "l" {
        key id: i64,
        part library: EmissionFactorLibrary,
        /// Of its whole content, as it was loaded.
        column digest: [u8; 32],
    }
}

row! {
    for EmissionFactorLibrary {
        column id: Uuid = "public_id",
        column name: String,
        column authority: Authority,
        column version: String,
        column release_year: i32,
        column is_default: bool,
        column values_exclude_oxidation: bool,
        column gwp_version: Option<GwpVersion>,
        column calorific_basis: Option<CalorificBasis>,
        apart biogenic_categories: Vec<BiogenicCategory>,
        column publication: Option<String>,
        column licence: Option<String>,
        column created_at: DateTime<Utc>,
    }
}

row! {
    for BiogenicCategory {
        column category: String,
        column biogenic_category: String,
    }
}

row! {
    /// A category of a library, and which of its categories holds the biogenic part.
    struct BiogenicRow in "factor_biogenic_categories" as "b" {
        column library_id: i64,
        part pair: BiogenicCategory,
    }
}

/// The row with what stands about it in another table.
fn completed(sql: &dyn Session, mut row: LibraryRow) -> Result<LibraryRow> {
    row.library.biogenic_categories =
        sql.rows(select!(BiogenicCategory of BiogenicRow, "WHERE b.library_id = ?1 ORDER BY b.id"), params![row.id])?;
    Ok(row)
}

/// The libraries in the order of loading; of one authority where one is named.
pub(crate) fn libraries(sql: &dyn Session, authority: Option<Authority>) -> Result<Vec<LibraryRow>> {
    let rows: Vec<LibraryRow> = match authority {
        Some(authority) => sql.rows(select!(LibraryRow, "WHERE l.authority = ?1 ORDER BY l.id"), params![authority])?,
        None => sql.rows(select!(LibraryRow, "ORDER BY l.id"), &[])?,
    };
    rows.into_iter().map(|row| completed(sql, row)).collect()
}

pub(crate) fn library(sql: &dyn Session, public_id: Uuid) -> Result<Option<LibraryRow>> {
    let row = sql.row(select!(LibraryRow, "WHERE l.public_id = ?1"), params![public_id])?;
    row.map(|row| completed(sql, row)).transpose()
}

/// Inserts a library and tells its integer id.
pub(crate) fn insert_library(sql: &dyn Session, library: &EmissionFactorLibrary, digest: &[u8; 32]) -> Result<i64> {
    let id = sql.insert_row(&LibraryRow { id: 0, library: library.clone(), digest: *digest })?;
    for pair in &library.biogenic_categories {
        sql.insert_row(&BiogenicRow { library_id: id, pair: pair.clone() })?;
    }
    Ok(id)
}

pub(crate) fn set_default(sql: &dyn Session, library: i64, is_default: bool) -> Result<()> {
    sql.run("UPDATE factor_libraries SET is_default = ?2 WHERE id = ?1", params![library, is_default])?;
    Ok(())
}

// Factors.

row! {
    for EmissionFactor {
        column id: Uuid = "public_id",
        seen library_id: Uuid = "l.public_id",
        column external_id: Option<String>,
        column category: String,
        column fuel_type: String,
        column gas: String,
        column is_biogenic: bool,
        column value: Decimal,
        column oxidation_factor: Decimal,
        column unit: String,
        column region: Option<String>,
        column technology: Option<String>,
        column scope: Option<EmissionScope>,
        column lower: Option<Decimal>,
        column upper: Option<Decimal>,
        part source: Option<SourceRow>,
        column created_at: DateTime<Utc>,
    }
}

row! {
    /// What a factor is found by: its words in folded form.
    #[derive(PartialEq, Eq)]
    struct FactorKeys {
        column category_key: String,
        column fuel_key: String,
        column gas_key: String,
        column unit_key: String,
        column region_key: Option<String>,
        column technology_key: Option<String>,
    }
}

row! {
    /// A factor with what it is found by.
    struct FactorRow in "factors" as "f" with "JOIN factor_libraries AS l ON l.id = f.library_id" {
        column library_id: i64,
        part factor: EmissionFactor,
        part keys: FactorKeys,
    }
}

impl FactorKeys {
    fn of(factor: &EmissionFactor) -> Self {
        Self {
            category_key: folded(&factor.category),
            fuel_key: folded(&factor.fuel_type),
            gas_key: folded(&factor.gas),
            unit_key: folded(&factor.unit),
            region_key: factor.region.as_deref().map(folded),
            technology_key: factor.technology.as_deref().map(folded),
        }
    }
}

/// A query for factors of a library, without what they are found by.
macro_rules! select_factors {
    ($($rest:tt)+) => { select!(EmissionFactor of FactorRow, "WHERE f.library_id = ?1 ", $($rest)+) };
}

macro_rules! count_factors {
    ($($rest:tt)+) => { concat!("SELECT count(*) FROM factors AS f WHERE f.library_id = ?1 ", $($rest)+) };
}

/// A query for the factors that match a filter but for its fuel.
macro_rules! matching {
    ($query:ident, $($rest:literal),+) => {
        $query!(
            "AND (?2 IS NULL OR f.gas_key = ?2) AND (?3 IS NULL OR f.category_key = ?3) ",
            "AND (?4 IS NULL OR f.region_key = ?4) AND (?5 IS NULL OR f.technology_key = ?5) ",
            "AND (?6 IS NULL OR f.unit_key = ?6) ",
            $($rest),+
        )
    };
}

pub(crate) fn insert_factor(sql: &dyn Session, library: i64, factor: &EmissionFactor) -> Result<()> {
    sql.insert_row(&FactorRow { library_id: library, factor: factor.clone(), keys: FactorKeys::of(factor) })?;
    Ok(())
}

/// A library's factors for a fuel, gas and category.
pub(crate) fn candidates(
    sql: &dyn Session,
    library: i64,
    fuel: &str,
    gas: &str,
    category: &str,
) -> Result<Vec<EmissionFactor>> {
    sql.rows(
        select_factors!("AND f.fuel_key = ?2 AND f.gas_key = ?3 AND f.category_key = ?4 ORDER BY f.id"),
        params![library, folded(fuel), folded(gas), folded(category)],
    )
}

/// A library's factors for a fuel, of all gases and categories.
pub(crate) fn factors_of_fuel(sql: &dyn Session, library: i64, fuel: &str) -> Result<Vec<EmissionFactor>> {
    sql.rows(select_factors!("AND f.fuel_key = ?2 ORDER BY f.id"), params![library, folded(fuel)])
}

/// All factors of a library.
pub(crate) fn factors_of(sql: &dyn Session, library: i64) -> Result<Vec<EmissionFactor>> {
    sql.rows(select_factors!("ORDER BY f.id"), params![library])
}

/// The factors of a library that are found by other words than their own.
pub(crate) fn misplaced_factors(sql: &dyn Session, library: i64) -> Result<Vec<Uuid>> {
    let mut misplaced = Vec::new();
    sql.each(select!(FactorRow, "WHERE f.library_id = ?1 ORDER BY f.id"), params![library], |row: FactorRow| {
        misplaced.extend((FactorKeys::of(&row.factor) != row.keys).then_some(row.factor.id));
        Ok(())
    })?;
    Ok(misplaced)
}

/// A page of a library's factors that match a filter, and how many match in all.
pub(crate) fn search(sql: &dyn Session, library: i64, filter: &FactorFilter<'_>) -> Result<(Vec<EmissionFactor>, u64)> {
    let key = |text: Option<&str>| text.map(folded);
    let (gas, category, region) = (key(filter.gas), key(filter.category), key(filter.region));
    let (technology, unit) = (key(filter.technology), key(filter.unit));
    let limit = filter.page_size;
    let offset = filter.offset();
    // Two statements, because the index that finds a fuel does not list a library.
    let Some(fuel) = key(filter.fuel_type) else {
        let total =
            sql.count(matching!(count_factors, ""), params![library, gas, category, region, technology, unit])?;
        let items = sql.rows(
            matching!(select_factors, "ORDER BY f.id LIMIT ?7 OFFSET ?8"),
            params![library, gas, category, region, technology, unit, limit, offset],
        )?;
        return Ok((items, total));
    };
    let total = sql.count(
        matching!(count_factors, "AND f.fuel_key = ?7"),
        params![library, gas, category, region, technology, unit, fuel],
    )?;
    let items = sql.rows(
        matching!(select_factors, "AND f.fuel_key = ?7 ORDER BY f.id LIMIT ?8 OFFSET ?9"),
        params![library, gas, category, region, technology, unit, fuel, limit, offset],
    )?;
    Ok((items, total))
}

// Fuel properties and regions.

row! {
    for FuelProperty {
        column id: Uuid = "public_id",
        seen library_id: Uuid = "l.public_id",
        column fuel_type: String,
        column property_type: FuelPropertyType,
        column value: Decimal,
        column unit: String,
        column region: Option<String>,
        part source: Option<SourceRow>,
        column created_at: DateTime<Utc>,
    }
}

row! {
    /// A fuel property with what it is found by.
    struct PropertyRow in "fuel_properties" as "p" with "JOIN factor_libraries AS l ON l.id = p.library_id" {
        column library_id: i64,
        part property: FuelProperty,
        column fuel_key: String,
    }
}

/// A query for fuel properties of a library.
macro_rules! select_properties {
    ($rest:literal) => { select!(FuelProperty of PropertyRow, "WHERE p.library_id = ?1 ", $rest) };
}

pub(crate) fn insert_property(sql: &dyn Session, library: i64, property: &FuelProperty) -> Result<()> {
    let fuel_key = folded(&property.fuel_type);
    sql.insert_row(&PropertyRow { library_id: library, property: property.clone(), fuel_key })?;
    Ok(())
}

/// A library's properties of a fuel.
pub(crate) fn properties_of_fuel(sql: &dyn Session, library: i64, fuel: &str) -> Result<Vec<FuelProperty>> {
    sql.rows(select_properties!("AND p.fuel_key = ?2 ORDER BY p.id"), params![library, folded(fuel)])
}

/// All fuel properties of a library.
pub(crate) fn properties_of(sql: &dyn Session, library: i64) -> Result<Vec<FuelProperty>> {
    sql.rows(select_properties!("ORDER BY p.id"), params![library])
}

/// The fuel properties of a library that are found by other words than their own.
pub(crate) fn misplaced_properties(sql: &dyn Session, library: i64) -> Result<Vec<Uuid>> {
    let mut misplaced = Vec::new();
    sql.each(select!(PropertyRow, "WHERE p.library_id = ?1 ORDER BY p.id"), params![library], |row: PropertyRow| {
        misplaced.extend((folded(&row.property.fuel_type) != row.fuel_key).then_some(row.property.id));
        Ok(())
    })?;
    Ok(misplaced)
}

row! {
    for RegionParent {
        seen library_id: Uuid = "l.public_id",
        column region: String,
        column parent: String,
    }
}

row! {
    /// A step of a library's tree of regions.
    struct RegionRow in "region_parents" as "p" with "JOIN factor_libraries AS l ON l.id = p.library_id" {
        column library_id: i64,
        part step: RegionParent,
    }
}

pub(crate) fn insert_region_parent(sql: &dyn Session, library: i64, step: &RegionParent) -> Result<()> {
    sql.insert_row(&RegionRow { library_id: library, step: step.clone() })?;
    Ok(())
}

/// A library's tree of regions.
pub(crate) fn region_parents(sql: &dyn Session, library: &LibraryRow) -> Result<Vec<RegionParent>> {
    sql.rows(select!(RegionParent of RegionRow, "WHERE p.library_id = ?1 ORDER BY p.id"), params![library.id])
}

// GWP values.

row! {
    for GwpValue {
        column id: Uuid = "public_id",
        column version: GwpVersion,
        column gas: String,
        column value: Decimal,
        part source: Option<SourceRow>,
        column created_at: DateTime<Utc>,
    }
}

row! {
    /// A GWP value with what it is found by.
    struct GwpRow in "gwp_values" as "g" {
        part value: GwpValue,
        column gas_key: String,
    }
}

pub(crate) fn insert_gwp_value(sql: &dyn Session, value: &GwpValue) -> Result<()> {
    sql.insert_row(&GwpRow { value: value.clone(), gas_key: folded(&value.gas) })?;
    Ok(())
}

/// The GWP values of a report, or of all.
pub(crate) fn gwp_values(sql: &dyn Session, version: Option<GwpVersion>) -> Result<Vec<GwpValue>> {
    match version {
        Some(version) => sql.rows(select!(GwpValue of GwpRow, "WHERE g.version = ?1 ORDER BY g.id"), params![version]),
        None => sql.rows(select!(GwpValue of GwpRow, "ORDER BY g.id"), &[]),
    }
}

/// The GWP values of a gas, one a report.
pub(crate) fn gwp_values_of(sql: &dyn Session, gas: &str) -> Result<Vec<GwpValue>> {
    sql.rows(select!(GwpValue of GwpRow, "WHERE g.gas_key = ?1 ORDER BY g.id"), params![folded(gas)])
}

/// The GWP values that are found by another gas than their own.
pub(crate) fn misplaced_gwp_values(sql: &dyn Session) -> Result<Vec<Uuid>> {
    let mut misplaced = Vec::new();
    sql.each(select!(GwpRow, "ORDER BY g.id"), &[], |row: GwpRow| {
        misplaced.extend((folded(&row.value.gas) != row.gas_key).then_some(row.value.id));
        Ok(())
    })?;
    Ok(misplaced)
}

// Ids, each of which stands once in its table.

/// Whether a factor has this id.
pub(crate) fn has_factor(sql: &dyn Session, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM factors WHERE public_id = ?1", params![id])? > 0)
}

/// Whether a fuel property has this id.
pub(crate) fn has_property(sql: &dyn Session, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM fuel_properties WHERE public_id = ?1", params![id])? > 0)
}

/// Whether a GWP value has this id.
pub(crate) fn has_gwp_value(sql: &dyn Session, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM gwp_values WHERE public_id = ?1", params![id])? > 0)
}
