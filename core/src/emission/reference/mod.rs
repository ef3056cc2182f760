//! Reference data: published factors, fuel properties and global warming potentials, packed into the crate.
//!
//! The tables are `tables/*.csv`: one figure a row, with the table and row of the publication that it is from.
//! `tools/reference-tables/generate.py` writes them, `build.rs` checks and packs them.

mod packed;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::factors::EmissionFactors;
use super::ids::{factor_id, fuel_property_id, gwp_value_id, library_id};
use super::model::{
    Authority, BiogenicCategory, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, FuelProperty, GwpValue,
    RegionParent, SourceRow,
};
use super::regions::egrid_region_parents;
use crate::Result;
use packed::{Packed, damaged};

/// The day of the last change to the reference tables, as `YYYY-MM-DD`.
///
/// ```
/// assert!(tierra::parse_date(tierra::emission::REFERENCE_VERSION).is_ok());
/// ```
pub const REFERENCE_VERSION: &str = "2026-12-01";

const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/reference.bin"));

/// More than the tables have: a stream that holds more is not ours.
const MAX_UNPACKED: usize = 4 << 20;

/// The reference data: published factors, fuel properties and global warming potentials, each with its source.
///
/// | library | what is in it |
/// |---|---|
/// | `DEFRA 2022`, `DEFRA 2023`, `DEFRA 2024` | fuels, bioenergy with its CO2 outside of scopes, UK electricity, its transmission and distribution, and what each emits before use (well to tank) |
/// | `EPA Emission Factors Hub 2024` and `2025` | Tables 1 to 6: stationary and mobile combustion, electricity by eGRID subregion; heat contents |
/// | `eGRID2023`, revision of 27 March 2025 | Tables 1 and 3: output emission rates by subregion and by state |
/// | `IPCC 2006 Guidelines` | Volume 2: defaults for stationary combustion with their 95 % intervals; net calorific values; densities of the GHG Protocol's tool |
///
/// and the 100-year global warming potentials of the Fourth, Fifth and Sixth Assessment Reports. The newest library of each
/// authority is its default. Of the International Energy Agency there is nothing, because its factors may not be
/// redistributed: load them from a licensed copy.
///
/// `CH4` is methane as each report's main table has it; `CH4 fossil` and `CH4 non-fossil` tell its origin (Fifth and Sixth
/// Report). DEFRA's tree of regions is `GB` → `UK`; for EPA and eGRID see [`egrid_region_parents`].
/// [`EmissionFactors::reference`] makes the data ready for queries.
///
/// # Errors
///
/// [`ErrorCode::CorruptFile`](crate::ErrorCode::CorruptFile) when the program's copy of the data is damaged.
///
/// ```
/// use tierra::emission::{EmissionFactors, reference_data};
/// let mut data = reference_data()?;
/// // Keep the reference factors of one authority only.
/// data.libraries.retain(|library| library.authority == tierra::emission::Authority::Defra);
/// let kept: Vec<_> = data.libraries.iter().map(|library| library.id).collect();
/// data.factors.retain(|factor| kept.contains(&factor.library_id));
/// data.fuel_properties.retain(|property| kept.contains(&property.library_id));
/// data.region_parents.retain(|step| kept.contains(&step.library_id));
/// let factors = EmissionFactors::new(data)?;
/// assert_eq!(factors.libraries().len(), 3);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn reference_data() -> Result<EmissionFactorData> {
    let bytes = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(PACKED, MAX_UNPACKED).map_err(|_| damaged())?;
    let mut packed = Packed::new(&bytes);
    let texts = packed.texts()?;
    let mut libraries = read_libraries(&mut packed, &texts)?;
    read_biogenic_categories(&mut packed, &texts, &mut libraries)?;
    let factors = read_factors(&mut packed, &texts, &libraries)?;
    let fuel_properties = read_fuel_properties(&mut packed, &texts, &libraries)?;
    let gwp_values = read_gwp_values(&mut packed, &texts)?;
    let libraries: Vec<_> = libraries.into_iter().map(|(_, library)| library).collect();
    let region_parents = libraries.iter().flat_map(region_parents).collect();
    Ok(EmissionFactorData { libraries, factors, fuel_properties, gwp_values, region_parents })
}

impl EmissionFactors {
    /// The reference data, made ready for queries.
    ///
    /// # Errors
    ///
    /// As [`reference_data`].
    ///
    /// ```
    /// use tierra::emission::{Authority, EmissionFactors, ResolveQuery};
    /// let factors = EmissionFactors::reference()?;
    /// let electricity = "UK electricity / Electricity generated";
    /// let query = ResolveQuery {
    ///     region: Some("UK"),
    ///     ..ResolveQuery::new(Authority::Defra, 2024, "Electricity", "CO2e", electricity)
    /// };
    /// let found = factors.resolve(&query)?.expect("there is one");
    /// assert_eq!(found.factor.value.to_string(), "0.20705");
    /// assert_eq!(found.factor.unit, "kg CO2e/kWh");
    /// assert_eq!(found.factor.source.as_ref().map(|source| source.row.as_str()), Some("row 3066"));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn reference() -> Result<Self> {
        Self::new(reference_data()?)
    }
}

/// The libraries with the names that the tables call them by.
type Libraries<'a> = Vec<(&'a str, EmissionFactorLibrary)>;

fn library_named<'l>(libraries: &'l Libraries<'_>, key: &str) -> Result<&'l EmissionFactorLibrary> {
    libraries.iter().find(|(name, _)| *name == key).map(|(_, library)| library).ok_or_else(damaged)
}

fn midnight(day: &str) -> Result<DateTime<Utc>> {
    let day: NaiveDate = day.parse().map_err(|_| damaged())?;
    Ok(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

fn read_libraries<'a>(packed: &mut Packed<'a>, texts: &[&'a str]) -> Result<Libraries<'a>> {
    let rows = packed.number()?;
    let mut column = || packed.text_column(texts);
    let (mut key, mut authority, mut name, mut version) = (column()?, column()?, column()?, column()?);
    let (mut release_year, mut is_default, mut gwp_version) = (column()?, column()?, column()?);
    let (mut calorific_basis, mut publication, mut licence, mut created_at) =
        (column()?, column()?, column()?, column()?);
    let mut libraries = Vec::new();
    for _ in 0..rows {
        let (authority, name, version) = (authority.text()?.parse()?, name.owned()?, version.owned()?);
        let library = EmissionFactorLibrary {
            id: library_id(authority, &name, &version),
            name,
            authority,
            version,
            release_year: release_year.text()?.parse().map_err(|_| damaged())?,
            is_default: is_default.optional()?.is_some(),
            values_exclude_oxidation: false,
            gwp_version: gwp_version.optional()?.map(str::parse).transpose()?,
            calorific_basis: calorific_basis.optional()?.map(str::parse).transpose()?,
            biogenic_categories: Vec::new(),
            publication: publication.optional_owned()?,
            licence: licence.optional_owned()?,
            created_at: midnight(created_at.text()?)?,
        };
        libraries.push((key.text()?, library));
    }
    Ok(libraries)
}

fn read_biogenic_categories<'a>(
    packed: &mut Packed<'a>,
    texts: &[&'a str],
    libraries: &mut Libraries<'a>,
) -> Result<()> {
    let rows = packed.number()?;
    let mut column = || packed.text_column(texts);
    let (mut key, mut category, mut biogenic_category) = (column()?, column()?, column()?);
    for _ in 0..rows {
        let key = key.text()?;
        let (_, library) = libraries.iter_mut().find(|(name, _)| *name == key).ok_or_else(damaged)?;
        let pair = BiogenicCategory { category: category.owned()?, biogenic_category: biogenic_category.owned()? };
        library.biogenic_categories.push(pair);
    }
    Ok(())
}

fn read_factors<'a>(
    packed: &mut Packed<'a>,
    texts: &[&'a str],
    libraries: &Libraries<'a>,
) -> Result<Vec<EmissionFactor>> {
    let rows = packed.number()?;
    let mut column = || packed.text_column(texts);
    let (mut key, mut category, mut fuel_type, mut technology) = (column()?, column()?, column()?, column()?);
    let (mut region, mut gas, mut unit, mut biogenic) = (column()?, column()?, column()?, column()?);
    let (mut scope, mut external_id, mut table, mut row) = (column()?, column()?, column()?, column()?);
    let (mut value, mut lower, mut upper) = (packed.figure_column()?, packed.figure_column()?, packed.figure_column()?);
    let mut factors = Vec::new();
    for _ in 0..rows {
        let library = library_named(libraries, key.text()?)?;
        let mut factor = EmissionFactor {
            id: uuid::Uuid::nil(),
            library_id: library.id,
            external_id: external_id.optional_owned()?,
            category: category.owned()?,
            fuel_type: fuel_type.owned()?,
            gas: gas.owned()?,
            is_biogenic: biogenic.optional()?.is_some(),
            value: value.figure()?,
            oxidation_factor: Decimal::ONE,
            unit: unit.owned()?,
            region: region.optional_owned()?,
            technology: technology.optional_owned()?,
            scope: scope.optional()?.map(str::parse).transpose()?,
            lower: lower.optional()?,
            upper: upper.optional()?,
            source: Some(SourceRow { table: table.owned()?, row: row.owned()? }),
            created_at: library.created_at,
        };
        factor.id = factor_id(&factor);
        factors.push(factor);
    }
    Ok(factors)
}

fn read_fuel_properties<'a>(
    packed: &mut Packed<'a>,
    texts: &[&'a str],
    libraries: &Libraries<'a>,
) -> Result<Vec<FuelProperty>> {
    let rows = packed.number()?;
    let mut column = || packed.text_column(texts);
    let (mut key, mut fuel_type, mut property_type, mut unit) = (column()?, column()?, column()?, column()?);
    let (mut region, mut table, mut row) = (column()?, column()?, column()?);
    let mut value = packed.figure_column()?;
    let mut properties = Vec::new();
    for _ in 0..rows {
        let library = library_named(libraries, key.text()?)?;
        let mut property = FuelProperty {
            id: uuid::Uuid::nil(),
            library_id: library.id,
            fuel_type: fuel_type.owned()?,
            property_type: property_type.text()?.parse()?,
            value: value.figure()?,
            unit: unit.owned()?,
            region: region.optional_owned()?,
            source: Some(SourceRow { table: table.owned()?, row: row.owned()? }),
            created_at: library.created_at,
        };
        property.id = fuel_property_id(&property);
        properties.push(property);
    }
    Ok(properties)
}

fn read_gwp_values<'a>(packed: &mut Packed<'a>, texts: &[&'a str]) -> Result<Vec<GwpValue>> {
    let rows = packed.number()?;
    let mut column = || packed.text_column(texts);
    let (mut version, mut gas, mut published) = (column()?, column()?, column()?);
    let (mut table, mut row) = (column()?, column()?);
    let mut value = packed.figure_column()?;
    let mut values = Vec::new();
    for _ in 0..rows {
        let (version, gas) = (version.text()?.parse()?, gas.owned()?);
        values.push(GwpValue {
            id: gwp_value_id(version, &gas),
            version,
            gas,
            value: value.figure()?,
            source: Some(SourceRow { table: table.owned()?, row: row.owned()? }),
            created_at: midnight(published.text()?)?,
        });
    }
    Ok(values)
}

/// The tree of a library's regions.
fn region_parents(library: &EmissionFactorLibrary) -> Vec<RegionParent> {
    match library.authority {
        // DEFRA writes `UK`, hosts mostly the code of ISO 3166.
        Authority::Defra => {
            vec![RegionParent { library_id: library.id, region: "GB".to_owned(), parent: "UK".to_owned() }]
        }
        Authority::Epa | Authority::Egrid => egrid_region_parents(library.id),
        Authority::Iea | Authority::Ipcc => Vec::new(),
    }
}
