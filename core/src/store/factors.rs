//! Libraries of emission factors, their factors, fuel properties and regions, and GWP values.

use chrono::{DateTime, Utc};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, params};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Sql, Text};
use crate::Result;
use crate::emission::{
    Authority, BiogenicCategory, CalorificBasis, EmissionFactor, EmissionFactorLibrary, EmissionScope, FactorFilter,
    FuelProperty, FuelPropertyType, GwpValue, GwpVersion, RegionParent, SourceRow,
};
use crate::text::folded;

/// A library as it stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct LibraryRow {
    pub(crate) id: i64,
    pub(crate) library: EmissionFactorLibrary,
    /// Of its whole content, as it was loaded.
    pub(crate) digest: [u8; 32],
}

/// A value that is stored as its text, or none.
fn optional<T>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<T>>
where
    Text<T>: FromSql,
{
    row.get::<_, Option<Text<T>>>(at).map(|found| found.map(|Text(value)| value))
}

fn text<T>(row: &Row<'_>, at: usize) -> rusqlite::Result<T>
where
    Text<T>: FromSql,
{
    row.get::<_, Text<T>>(at).map(|Text(value)| value)
}

/// Where a figure stands in its publication: two columns from this one on, both there or neither.
fn source(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<SourceRow>> {
    let (table, name): (Option<String>, Option<String>) = (row.get(at)?, row.get(at + 1)?);
    Ok(table.zip(name).map(|(table, row)| SourceRow { table, row }))
}

// Libraries.

macro_rules! select_library {
    ($rest:literal) => {
        concat!(
            "SELECT id, public_id, name, authority, version, release_year, is_default, values_exclude_oxidation, gwp_version, ",
            "calorific_basis, publication, licence, created_at, digest FROM factor_libraries ",
            $rest
        )
    };
}

fn read_library(row: &Row<'_>) -> rusqlite::Result<LibraryRow> {
    let library = EmissionFactorLibrary {
        id: text(row, 1)?,
        name: row.get(2)?,
        authority: text::<Authority>(row, 3)?,
        version: row.get(4)?,
        release_year: row.get(5)?,
        is_default: row.get(6)?,
        values_exclude_oxidation: row.get(7)?,
        gwp_version: optional::<GwpVersion>(row, 8)?,
        calorific_basis: optional::<CalorificBasis>(row, 9)?,
        biogenic_categories: Vec::new(),
        publication: row.get(10)?,
        licence: row.get(11)?,
        created_at: text::<DateTime<Utc>>(row, 12)?,
    };
    Ok(LibraryRow { id: row.get(0)?, library, digest: row.get(13)? })
}

/// The row with what stands about it in another table.
fn completed(sql: &Connection, mut row: LibraryRow) -> Result<LibraryRow> {
    row.library.biogenic_categories = sql.rows(
        "SELECT category, biogenic_category FROM factor_biogenic_categories WHERE library_id = ?1 ORDER BY id",
        params![row.id],
        |row| Ok(BiogenicCategory { category: row.get(0)?, biogenic_category: row.get(1)? }),
    )?;
    Ok(row)
}

/// The libraries in the order of loading; of one authority where one is named.
pub(crate) fn libraries(sql: &Connection, authority: Option<Authority>) -> Result<Vec<LibraryRow>> {
    let rows = match authority {
        Some(authority) => {
            sql.rows(select_library!("WHERE authority = ?1 ORDER BY id"), params![authority.as_str()], read_library)
        }
        None => sql.rows(select_library!("ORDER BY id"), (), read_library),
    };
    rows?.into_iter().map(|row| completed(sql, row)).collect()
}

pub(crate) fn library(sql: &Connection, public_id: Uuid) -> Result<Option<LibraryRow>> {
    let row = sql.row(select_library!("WHERE public_id = ?1"), params![Text(public_id)], read_library)?;
    row.map(|row| completed(sql, row)).transpose()
}

/// Inserts a library and tells its integer id.
pub(crate) fn insert_library(sql: &Connection, library: &EmissionFactorLibrary, digest: &[u8; 32]) -> Result<i64> {
    let id = sql.insert(
        "INSERT INTO factor_libraries (public_id, name, authority, version, release_year, is_default, \
         values_exclude_oxidation, gwp_version, calorific_basis, publication, licence, created_at, digest) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            Text(library.id),
            library.name,
            library.authority.as_str(),
            library.version,
            library.release_year,
            library.is_default,
            library.values_exclude_oxidation,
            library.gwp_version.map(GwpVersion::as_str),
            library.calorific_basis.map(CalorificBasis::as_str),
            library.publication,
            library.licence,
            Text(library.created_at),
            digest,
        ],
    )?;
    for pair in &library.biogenic_categories {
        sql.insert(
            "INSERT INTO factor_biogenic_categories (library_id, category, biogenic_category) VALUES (?1, ?2, ?3)",
            params![id, pair.category, pair.biogenic_category],
        )?;
    }
    Ok(id)
}

pub(crate) fn set_default(sql: &Connection, library: i64, is_default: bool) -> Result<()> {
    sql.run("UPDATE factor_libraries SET is_default = ?2 WHERE id = ?1", params![library, is_default])?;
    Ok(())
}

// Factors.

macro_rules! select_factor {
    ($($rest:literal),+) => {
        concat!(
            "SELECT f.public_id, l.public_id, f.external_id, f.category, f.fuel_type, f.gas, f.is_biogenic, f.value, ",
            "f.oxidation_factor, f.unit, f.region, f.technology, f.scope, f.lower, f.upper, f.source_table, f.source_row, ",
            "f.created_at, f.category_key, f.fuel_key, f.gas_key, f.unit_key, f.region_key, f.technology_key ",
            "FROM factors AS f JOIN factor_libraries AS l ON l.id = f.library_id WHERE f.library_id = ?1 ",
            $($rest),+
        )
    };
}

macro_rules! count_factors {
    ($($rest:literal),+) => { concat!("SELECT count(*) FROM factors AS f WHERE f.library_id = ?1 ", $($rest),+) };
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

fn read_factor(row: &Row<'_>) -> rusqlite::Result<EmissionFactor> {
    Ok(EmissionFactor {
        id: text(row, 0)?,
        library_id: text(row, 1)?,
        external_id: row.get(2)?,
        category: row.get(3)?,
        fuel_type: row.get(4)?,
        gas: row.get(5)?,
        is_biogenic: row.get(6)?,
        value: text::<Decimal>(row, 7)?,
        oxidation_factor: text::<Decimal>(row, 8)?,
        unit: row.get(9)?,
        region: row.get(10)?,
        technology: row.get(11)?,
        scope: optional::<EmissionScope>(row, 12)?,
        lower: optional::<Decimal>(row, 13)?,
        upper: optional::<Decimal>(row, 14)?,
        source: source(row, 15)?,
        created_at: text::<DateTime<Utc>>(row, 17)?,
    })
}

/// What a factor is found by: category, fuel, gas, unit, region and technology in folded form.
type FactorKeys = [Option<String>; 6];

fn keys_of(factor: &EmissionFactor) -> FactorKeys {
    [
        Some(folded(&factor.category)),
        Some(folded(&factor.fuel_type)),
        Some(folded(&factor.gas)),
        Some(folded(&factor.unit)),
        factor.region.as_deref().map(folded),
        factor.technology.as_deref().map(folded),
    ]
}

pub(crate) fn insert_factor(sql: &Connection, library: i64, factor: &EmissionFactor) -> Result<()> {
    let [category, fuel, gas, unit, region, technology] = keys_of(factor);
    sql.insert(
        "INSERT INTO factors (public_id, library_id, external_id, category, fuel_type, gas, is_biogenic, value, \
         oxidation_factor, unit, region, technology, scope, lower, upper, source_table, source_row, created_at, category_key, \
         fuel_key, gas_key, unit_key, region_key, technology_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, \
         ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        params![
            Text(factor.id),
            library,
            factor.external_id,
            factor.category,
            factor.fuel_type,
            factor.gas,
            factor.is_biogenic,
            Text(factor.value),
            Text(factor.oxidation_factor),
            factor.unit,
            factor.region,
            factor.technology,
            factor.scope.map(EmissionScope::as_str),
            factor.lower.map(Text),
            factor.upper.map(Text),
            factor.source.as_ref().map(|source| &source.table),
            factor.source.as_ref().map(|source| &source.row),
            Text(factor.created_at),
            category,
            fuel,
            gas,
            unit,
            region,
            technology,
        ],
    )?;
    Ok(())
}

/// A library's factors for a fuel, gas and category.
pub(crate) fn candidates(
    sql: &Connection,
    library: i64,
    fuel: &str,
    gas: &str,
    category: &str,
) -> Result<Vec<EmissionFactor>> {
    sql.rows(
        select_factor!("AND f.fuel_key = ?2 AND f.gas_key = ?3 AND f.category_key = ?4 ORDER BY f.id"),
        params![library, folded(fuel), folded(gas), folded(category)],
        read_factor,
    )
}

/// A library's factors for a fuel, of all gases and categories.
pub(crate) fn factors_of_fuel(sql: &Connection, library: i64, fuel: &str) -> Result<Vec<EmissionFactor>> {
    sql.rows(select_factor!("AND f.fuel_key = ?2 ORDER BY f.id"), params![library, folded(fuel)], read_factor)
}

/// All factors of a library.
pub(crate) fn factors_of(sql: &Connection, library: i64) -> Result<Vec<EmissionFactor>> {
    sql.rows(select_factor!("ORDER BY f.id"), params![library], read_factor)
}

/// The factors of a library that are found by other words than their own.
pub(crate) fn misplaced_factors(sql: &Connection, library: i64) -> Result<Vec<Uuid>> {
    let mut misplaced = Vec::new();
    sql.each_row(select_factor!("ORDER BY f.id"), params![library], |row| {
        let read = || -> rusqlite::Result<(EmissionFactor, FactorKeys)> {
            let keys = [row.get(18)?, row.get(19)?, row.get(20)?, row.get(21)?, row.get(22)?, row.get(23)?];
            Ok((read_factor(row)?, keys))
        };
        let (factor, keys) = read().map_err(super::sql_error)?;
        misplaced.extend((keys_of(&factor) != keys).then_some(factor.id));
        Ok(())
    })?;
    Ok(misplaced)
}

/// A page of a library's factors that match a filter, and how many match in all.
pub(crate) fn search(sql: &Connection, library: i64, filter: &FactorFilter<'_>) -> Result<(Vec<EmissionFactor>, u64)> {
    let key = |text: Option<&str>| text.map(folded);
    let (gas, category, region) = (key(filter.gas), key(filter.category), key(filter.region));
    let (technology, unit) = (key(filter.technology), key(filter.unit));
    let limit = filter.page_size;
    let offset = i64::try_from(filter.offset()).unwrap_or(i64::MAX);
    // Two statements, because the index that finds a fuel does not list a library.
    let Some(fuel) = key(filter.fuel_type) else {
        let total =
            sql.count(matching!(count_factors, ""), params![library, gas, category, region, technology, unit])?;
        let items = sql.rows(
            matching!(select_factor, "ORDER BY f.id LIMIT ?7 OFFSET ?8"),
            params![library, gas, category, region, technology, unit, limit, offset],
            read_factor,
        )?;
        return Ok((items, total));
    };
    let total = sql.count(
        matching!(count_factors, "AND f.fuel_key = ?7"),
        params![library, gas, category, region, technology, unit, fuel],
    )?;
    let items = sql.rows(
        matching!(select_factor, "AND f.fuel_key = ?7 ORDER BY f.id LIMIT ?8 OFFSET ?9"),
        params![library, gas, category, region, technology, unit, fuel, limit, offset],
        read_factor,
    )?;
    Ok((items, total))
}

// Fuel properties and regions.

macro_rules! select_property {
    ($rest:literal) => {
        concat!(
            "SELECT p.public_id, l.public_id, p.fuel_type, p.property_type, p.value, p.unit, p.region, p.source_table, ",
            "p.source_row, p.created_at, p.fuel_key FROM fuel_properties AS p ",
            "JOIN factor_libraries AS l ON l.id = p.library_id WHERE p.library_id = ?1 ",
            $rest
        )
    };
}

fn read_property(row: &Row<'_>) -> rusqlite::Result<FuelProperty> {
    Ok(FuelProperty {
        id: text(row, 0)?,
        library_id: text(row, 1)?,
        fuel_type: row.get(2)?,
        property_type: text::<FuelPropertyType>(row, 3)?,
        value: text::<Decimal>(row, 4)?,
        unit: row.get(5)?,
        region: row.get(6)?,
        source: source(row, 7)?,
        created_at: text::<DateTime<Utc>>(row, 9)?,
    })
}

pub(crate) fn insert_property(sql: &Connection, library: i64, property: &FuelProperty) -> Result<()> {
    sql.insert(
        "INSERT INTO fuel_properties (public_id, library_id, fuel_type, property_type, value, unit, region, source_table, \
         source_row, created_at, fuel_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            Text(property.id),
            library,
            property.fuel_type,
            property.property_type.as_str(),
            Text(property.value),
            property.unit,
            property.region,
            property.source.as_ref().map(|source| &source.table),
            property.source.as_ref().map(|source| &source.row),
            Text(property.created_at),
            folded(&property.fuel_type),
        ],
    )?;
    Ok(())
}

/// A library's properties of a fuel.
pub(crate) fn properties_of_fuel(sql: &Connection, library: i64, fuel: &str) -> Result<Vec<FuelProperty>> {
    sql.rows(select_property!("AND p.fuel_key = ?2 ORDER BY p.id"), params![library, folded(fuel)], read_property)
}

/// All fuel properties of a library.
pub(crate) fn properties_of(sql: &Connection, library: i64) -> Result<Vec<FuelProperty>> {
    sql.rows(select_property!("ORDER BY p.id"), params![library], read_property)
}

/// The fuel properties of a library that are found by other words than their own.
pub(crate) fn misplaced_properties(sql: &Connection, library: i64) -> Result<Vec<Uuid>> {
    let found = sql.rows(select_property!("ORDER BY p.id"), params![library], |row| {
        let (property, key) = (read_property(row)?, row.get::<_, String>(10)?);
        Ok((folded(&property.fuel_type) != key).then_some(property.id))
    })?;
    Ok(found.into_iter().flatten().collect())
}

pub(crate) fn insert_region_parent(sql: &Connection, library: i64, step: &RegionParent) -> Result<()> {
    sql.insert(
        "INSERT INTO region_parents (library_id, region, parent) VALUES (?1, ?2, ?3)",
        params![library, step.region, step.parent],
    )?;
    Ok(())
}

/// A library's tree of regions.
pub(crate) fn region_parents(sql: &Connection, library: &LibraryRow) -> Result<Vec<RegionParent>> {
    sql.rows(
        "SELECT region, parent FROM region_parents WHERE library_id = ?1 ORDER BY id",
        params![library.id],
        |row| Ok(RegionParent { library_id: library.library.id, region: row.get(0)?, parent: row.get(1)? }),
    )
}

// GWP values.

macro_rules! select_gwp {
    ($rest:literal) => {
        concat!(
            "SELECT public_id, version, gas, value, source_table, source_row, created_at, gas_key FROM gwp_values ",
            $rest
        )
    };
}

fn read_gwp(row: &Row<'_>) -> rusqlite::Result<GwpValue> {
    Ok(GwpValue {
        id: text(row, 0)?,
        version: text::<GwpVersion>(row, 1)?,
        gas: row.get(2)?,
        value: text::<Decimal>(row, 3)?,
        source: source(row, 4)?,
        created_at: text::<DateTime<Utc>>(row, 6)?,
    })
}

pub(crate) fn insert_gwp_value(sql: &Connection, value: &GwpValue) -> Result<()> {
    sql.insert(
        "INSERT INTO gwp_values (public_id, version, gas, value, source_table, source_row, created_at, gas_key) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            Text(value.id),
            value.version.as_str(),
            value.gas,
            Text(value.value),
            value.source.as_ref().map(|source| &source.table),
            value.source.as_ref().map(|source| &source.row),
            Text(value.created_at),
            folded(&value.gas),
        ],
    )?;
    Ok(())
}

/// The GWP values of a report, or of all.
pub(crate) fn gwp_values(sql: &Connection, version: Option<GwpVersion>) -> Result<Vec<GwpValue>> {
    match version {
        Some(version) => sql.rows(select_gwp!("WHERE version = ?1 ORDER BY id"), params![version.as_str()], read_gwp),
        None => sql.rows(select_gwp!("ORDER BY id"), (), read_gwp),
    }
}

/// The GWP values of a gas, one a report.
pub(crate) fn gwp_values_of(sql: &Connection, gas: &str) -> Result<Vec<GwpValue>> {
    sql.rows(select_gwp!("WHERE gas_key = ?1 ORDER BY id"), params![folded(gas)], read_gwp)
}

/// The GWP values that are found by another gas than their own.
pub(crate) fn misplaced_gwp_values(sql: &Connection) -> Result<Vec<Uuid>> {
    let found = sql.rows(select_gwp!("ORDER BY id"), (), |row| {
        let (value, key) = (read_gwp(row)?, row.get::<_, String>(7)?);
        Ok((folded(&value.gas) != key).then_some(value.id))
    })?;
    Ok(found.into_iter().flatten().collect())
}

// Ids, each of which stands once in its table.

/// Whether a factor has this id.
pub(crate) fn has_factor(sql: &Connection, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM factors WHERE public_id = ?1", params![Text(id)])? > 0)
}

/// Whether a fuel property has this id.
pub(crate) fn has_property(sql: &Connection, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM fuel_properties WHERE public_id = ?1", params![Text(id)])? > 0)
}

/// Whether a GWP value has this id.
pub(crate) fn has_gwp_value(sql: &Connection, id: Uuid) -> Result<bool> {
    Ok(sql.count("SELECT count(*) FROM gwp_values WHERE public_id = ?1", params![Text(id)])? > 0)
}
