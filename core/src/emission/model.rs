//! Libraries, factors and reference values in the shapes of the emission-factor contract.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::named_values::named_values;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, order, text};

/// The years an edition or a report may have (contract, validation rules).
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// The same as bounds of what is read.
#[cfg(feature = "json")]
pub(super) const YEAR_BOUNDS: std::ops::RangeInclusive<i64> = *YEARS.start() as i64..=*YEARS.end() as i64;

/// The longest text a query or a factor may hold, in characters.
pub(super) const MAX_TEXT: usize = 500;

named_values! {
    /// Who publishes a library of emission factors.
    Authority {
        /// Intergovernmental Panel on Climate Change.
        Ipcc => "ipcc",
        /// UK government conversion factors (DEFRA, DESNZ).
        Defra => "defra",
        /// United States Environmental Protection Agency.
        Epa => "epa",
        /// International Energy Agency.
        Iea => "iea",
        /// EPA's eGRID, electricity by grid subregion.
        Egrid => "egrid",
    }
}

named_values! {
    /// Which IPCC assessment report a global warming potential is from.
    GwpVersion {
        /// Fourth report, 2007.
        Ar4 => "ar4",
        /// Fifth report, 2014.
        Ar5 => "ar5",
        /// Sixth report, 2021.
        Ar6 => "ar6",
    }
}

named_values! {
    /// Which property of a fuel a [`FuelProperty`] states.
    FuelPropertyType {
        /// Mass per unit of volume.
        Density => "density",
        /// Net calorific value (lower heating value).
        Ncv => "ncv",
        /// Gross calorific value (higher heating value): an addition to the contract, without which kWh gross and kWh net
        /// could not be joined (DECISIONS 15).
        Gcv => "gcv",
    }
}

named_values! {
    /// Which calorific value an amount of energy is counted by.
    CalorificBasis {
        /// Gross calorific value, also called higher heating value (HHV).
        Gross => "gross",
        /// Net calorific value, also called lower heating value (LHV).
        Net => "net",
    }
}

named_values! {
    /// Which scope of the GHG Protocol's Corporate Standard emissions belong to.
    EmissionScope {
        /// Direct emissions.
        Scope1 => "scope_1",
        /// Emissions of the electricity, steam, heat and cooling that were bought.
        Scope2 => "scope_2",
        /// All other emissions of the value chain.
        Scope3 => "scope_3",
        /// Biogenic CO2, which is reported outside of the scopes.
        OutsideOfScopes => "outside_of_scopes",
    }
}

record! {
    /// Where in its publication a figure stands. An addition to the contract, in JSON `source`.
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SourceRow {
        /// The table, such as `Table 1 Stationary Combustion`.
        pub table: String,
        /// The row, by its name or number, such as `row 38: Natural Gas`.
        pub row: String,
    }
}

record! {
    /// Under which category a library publishes the biogenic CO2 of the fuels of another one.
    ///
    /// DEFRA's `Bioenergy` rows hold CH4 and N2O alone; their CO2 stands under `Outside of scopes`.
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BiogenicCategory {
        /// The category of the fuels.
        pub category: String,
        /// The category in which the biogenic CO2 of the same fuels stands.
        pub biogenic_category: String,
    }
}

record! {
    /// A step of a library's tree of regions: where to look when a region has no factor of its own (DECISIONS 14).
    ///
    /// A region may have several parents, as a state of the US lies in several grid subregions: their factors must then agree,
    /// or the query is ambiguous.
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct RegionParent {
        /// The library that states the step.
        pub library_id: Uuid,
        /// The region.
        pub region: String,
        /// The region that it is a part of.
        pub parent: String,
    }
}

record! {
    /// One edition of an authority's factors (contract, `EmissionFactorLibraryDto`).
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EmissionFactorLibrary {
        /// The library's id.
        pub id: Uuid,
        /// Its name, such as `DEFRA 2024`.
        pub name: String,
        /// Who publishes it.
        pub authority: Authority,
        /// The publisher's version.
        pub version: String,
        /// The year of the edition, 1990 to 2100.
        pub release_year: i32,
        /// Whether it stands in for years that no edition covers.
        pub is_default: bool,
        /// When this revision was published. Of two revisions of one year the newest counts.
        pub created_at: DateTime<Utc>,
        /// Whether its factors leave oxidation out, so that CO2e must multiply by `oxidationFactor` (DECISIONS 15). An
        /// addition to the contract, in JSON `valuesExcludeOxidation`; false where absent.
        #[wire(absent)]
        pub values_exclude_oxidation: bool,
        /// The report whose GWPs the library's CO2e figures are made with. An addition to the contract, in JSON `gwpVersion`.
        #[wire(absent)]
        pub gwp_version: Option<GwpVersion>,
        /// What the library means by a unit of a fuel's energy that says neither gross nor net. An addition to the contract, in
        /// JSON `calorificBasis`.
        #[wire(absent)]
        pub calorific_basis: Option<CalorificBasis>,
        /// Where the biogenic CO2 of its fuels stands. An addition to the contract, in JSON `biogenicCategories`.
        #[wire(absent)]
        pub biogenic_categories: Vec<BiogenicCategory>,
        /// The publication's full title, edition and revision; behind `; excerpt: ` what of it the library holds, where that is
        /// not all of it. An addition to the contract, in JSON `publication`.
        #[wire(absent)]
        pub publication: Option<String>,
        /// Under what terms its figures may be used. An addition to the contract, in JSON `licence`.
        #[wire(absent)]
        pub licence: Option<String>,
    }
}

/// What stands in a publication's title before what a library holds of it.
const EXCERPT: &str = "; excerpt: ";

impl EmissionFactorLibrary {
    /// What the library holds of its publication, where that is not all of it; `None` for a whole one (DECISIONS 38).
    ///
    /// It stands in [`publication`](Self::publication), behind `; excerpt: `. A name that is missing from an excerpt is
    /// [`ErrorCode::NotInExcerpt`], and may be in the publication.
    ///
    /// ```
    /// # #[cfg(feature = "reference-data")] {
    /// let factors = tierra::emission::EmissionFactors::reference()?;
    /// let defra = factors.libraries().iter().find(|library| library.name == "DEFRA 2024").unwrap();
    /// assert!(defra.excerpt().unwrap().starts_with("fuels, bioenergy"));
    /// # }
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.publication.as_deref()?.split_once(EXCERPT).map(|(_, held)| held)
    }
}

record! {
    /// One emission factor (contract, `EmissionFactorDto`).
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EmissionFactor {
        /// The factor's id.
        pub id: Uuid,
        /// The library it belongs to.
        pub library_id: Uuid,
        /// The publication's own row or category.
        pub external_id: Option<String>,
        /// The category, such as `1.A.1`.
        pub category: String,
        /// The fuel or activity, such as `Natural Gas`.
        pub fuel_type: String,
        /// `CO2`, `CH4`, `N2O`, …, or `CO2e` for a factor that is CO2e already.
        pub gas: String,
        /// Whether the carbon is of recent biological origin.
        pub is_biogenic: bool,
        /// The figure, in `unit`.
        pub value: Decimal,
        /// The share of carbon that oxidises, above 0 and at most 1.
        pub oxidation_factor: Decimal,
        /// Mass of gas per unit of activity, such as `kg/kWh` or `kg CO2e of CH4/litres`.
        pub unit: String,
        /// The region the figure holds for; `None` for everywhere.
        pub region: Option<String>,
        /// The technology the figure holds for; `None` for any.
        pub technology: Option<String>,
        /// When the figure was published.
        pub created_at: DateTime<Utc>,
        /// The scope under which the publication states the figure. An addition to the contract, in JSON `scope`.
        #[wire(absent)]
        pub scope: Option<EmissionScope>,
        /// The lower end of the 95 % confidence interval, in `unit`. An addition to the contract, in JSON `lower`.
        #[wire(absent)]
        pub lower: Option<Decimal>,
        /// The upper end of the 95 % confidence interval, in `unit`. An addition to the contract, in JSON `upper`.
        #[wire(absent)]
        pub upper: Option<Decimal>,
        /// Where in the publication the figure stands.
        #[wire(absent)]
        pub source: Option<SourceRow>,
    }
}

record! {
    /// A fuel's density or net calorific value (contract, `FuelPropertyDto`).
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FuelProperty {
        /// The property's id.
        pub id: Uuid,
        /// The library it belongs to.
        pub library_id: Uuid,
        /// The fuel.
        pub fuel_type: String,
        /// Which property.
        pub property_type: FuelPropertyType,
        /// The figure, in `unit`.
        pub value: Decimal,
        /// The unit, such as `kWh/m³` or `kg/litre`.
        pub unit: String,
        /// The region the figure holds for; `None` for everywhere.
        pub region: Option<String>,
        /// When the figure was published.
        pub created_at: DateTime<Utc>,
        /// Where in the publication the figure stands.
        #[wire(absent)]
        pub source: Option<SourceRow>,
    }
}

record! {
    /// The global warming potential of a gas over 100 years (contract, `GwpValueDto`).
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct GwpValue {
        /// The value's id.
        pub id: Uuid,
        /// The assessment report.
        pub version: GwpVersion,
        /// The gas, spelled as in the factors.
        pub gas: String,
        /// kg CO2e per kg of the gas.
        pub value: Decimal,
        /// When the figure was published.
        pub created_at: DateTime<Utc>,
        /// Where in the report the figure stands.
        #[wire(absent)]
        pub source: Option<SourceRow>,
    }
}

record! {
    /// What [`EmissionFactors`](super::EmissionFactors) is made from.
    #[wire(camelCase: reads writes)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct EmissionFactorData {
        /// The libraries.
        #[wire(default)]
        pub libraries: Vec<EmissionFactorLibrary>,
        /// Their factors.
        #[wire(default)]
        pub factors: Vec<EmissionFactor>,
        /// Their fuel properties.
        #[wire(default)]
        pub fuel_properties: Vec<FuelProperty>,
        /// Global warming potentials.
        #[wire(default)]
        pub gwp_values: Vec<GwpValue>,
        /// The libraries' trees of regions.
        #[wire(default)]
        pub region_parents: Vec<RegionParent>,
    }
}

impl EmissionFactorData {
    /// Adds all of another set behind one's own.
    pub fn extend(&mut self, other: Self) {
        self.libraries.extend(other.libraries);
        self.factors.extend(other.factors);
        self.fuel_properties.extend(other.fuel_properties);
        self.gwp_values.extend(other.gwp_values);
        self.region_parents.extend(other.region_parents);
    }
}

/// [`check_name`] for a text that was read.
#[cfg(feature = "json")]
pub(super) fn check_text(text: &&str) -> Result<()> {
    check_name("", text)
}

/// [`check_name`] for a text that was read or left out.
#[cfg(feature = "json")]
pub(super) fn check_given(text: &Option<&str>) -> Result<()> {
    text.map_or(Ok(()), |text| check_name("", text))
}

pub(crate) fn check_name(path: &str, text: &str) -> Result<()> {
    text::check_text(path, text, MAX_TEXT, "a text of at least 1 character")
}

fn check_each<T>(list: &str, items: &[T], id: fn(&T) -> &Uuid, check: impl Fn(&T) -> Result<()>) -> Result<()> {
    for (index, item) in items.iter().enumerate() {
        check(item).map_err(|error| error.at_index(index).under(list))?;
    }
    let Some((first, again)) = order::first_repeat(items.iter().map(|item| id(item).as_bytes().as_slice())) else {
        return Ok(());
    };
    let repeated = items.get(again).map(|item| id(item).to_string()).unwrap_or_default();
    Err(order::repeat_error("id", &repeated, first, again).under(list))
}

pub(super) fn check_year(path: &str, year: i32) -> Result<()> {
    if YEARS.contains(&year) {
        return Ok(());
    }
    let message = format!("`{year}` is out of range; expected a year from {} to {}", YEARS.start(), YEARS.end());
    Err(Error::new(ErrorCode::OutOfRange, path, message))
}

/// Refuses data that contradicts itself; the paths are those of the JSON form.
pub(super) fn check_data(data: &EmissionFactorData) -> Result<()> {
    check_each("libraries", &data.libraries, |library| &library.id, check_library)?;
    let known: HashSet<Uuid> = data.libraries.iter().map(|library| library.id).collect();
    let belongs = |id: Uuid| {
        let message = || format!("`{id}` names no library; expected the id of one of the libraries given");
        if known.contains(&id) { Ok(()) } else { Err(Error::new(ErrorCode::UnknownReference, "libraryId", message())) }
    };
    check_each(
        "factors",
        &data.factors,
        |factor| &factor.id,
        |factor| {
            belongs(factor.library_id)?;
            check_factor(factor)
        },
    )?;
    check_each(
        "fuelProperties",
        &data.fuel_properties,
        |property| &property.id,
        |property| {
            belongs(property.library_id)?;
            check_fuel_property(property)
        },
    )?;
    check_each("gwpValues", &data.gwp_values, |value| &value.id, check_gwp)?;
    for (index, step) in data.region_parents.iter().enumerate() {
        let checked = belongs(step.library_id)
            .and_then(|()| check_name("region", &step.region))
            .and_then(|()| check_name("parent", &step.parent));
        checked.map_err(|error| error.at_index(index).under("regionParents"))?;
    }
    Ok(())
}

pub(super) fn check_library(library: &EmissionFactorLibrary) -> Result<()> {
    check_name("name", &library.name)?;
    check_name("version", &library.version)?;
    check_optional("publication", library.publication.as_ref())?;
    check_optional("licence", library.licence.as_ref())?;
    for (index, pair) in library.biogenic_categories.iter().enumerate() {
        let checked = check_name("category", &pair.category)
            .and_then(|()| check_name("biogenicCategory", &pair.biogenic_category));
        checked.map_err(|error| error.at_index(index).under("biogenicCategories"))?;
    }
    check_year("releaseYear", library.release_year)
}

fn check_optional(path: &str, text: Option<&String>) -> Result<()> {
    text.map_or(Ok(()), |text| check_name(path, text))
}

fn check_source(source: Option<&SourceRow>) -> Result<()> {
    let Some(source) = source else { return Ok(()) };
    let checked = check_name("table", &source.table).and_then(|()| check_name("row", &source.row));
    checked.map_err(|error| error.under("source"))
}

pub(super) fn check_factor(factor: &EmissionFactor) -> Result<()> {
    for (path, text) in
        [("category", &factor.category), ("fuelType", &factor.fuel_type), ("gas", &factor.gas), ("unit", &factor.unit)]
    {
        check_name(path, text)?;
    }
    for (path, text) in
        [("externalId", &factor.external_id), ("region", &factor.region), ("technology", &factor.technology)]
    {
        check_optional(path, text.as_ref())?;
    }
    check_source(factor.source.as_ref())?;
    let above = factor.lower.is_some_and(|lower| lower > factor.value);
    let bounds = [("lower", factor.lower.filter(|_| above)), ("upper", factor.upper.filter(|it| *it < factor.value))];
    if let Some((path, Some(bound))) = bounds.into_iter().find(|(_, bound)| bound.is_some()) {
        let message =
            format!("`{bound}` does not enclose the figure `{}`; expected lower ≤ value ≤ upper", factor.value);
        return Err(Error::new(ErrorCode::OutOfRange, path, message));
    }
    if factor.oxidation_factor <= Decimal::ZERO || factor.oxidation_factor > Decimal::ONE {
        let message = format!("`{}` is out of range; expected a share above 0 and at most 1", factor.oxidation_factor);
        return Err(Error::new(ErrorCode::OutOfRange, "oxidationFactor", message));
    }
    Ok(())
}

pub(super) fn check_fuel_property(property: &FuelProperty) -> Result<()> {
    check_name("fuelType", &property.fuel_type)?;
    check_name("unit", &property.unit)?;
    check_optional("region", property.region.as_ref())?;
    check_source(property.source.as_ref())?;
    if property.value <= Decimal::ZERO {
        let message = format!("`{}` is out of range; expected a value above 0", property.value);
        return Err(Error::new(ErrorCode::OutOfRange, "value", message));
    }
    Ok(())
}

fn check_gwp(value: &GwpValue) -> Result<()> {
    check_name("gas", &value.gas)?;
    check_source(value.source.as_ref())?;
    if value.value < Decimal::ZERO {
        let message = format!("`{}` is negative; expected kg CO2e per kg of the gas", value.value);
        return Err(Error::new(ErrorCode::OutOfRange, "value", message));
    }
    Ok(())
}
