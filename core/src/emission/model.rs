//! Libraries, factors and reference values in the shapes of the emission-factor contract.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::named_values::named_values;
use crate::{Error, ErrorCode, Result, order, text};

/// The years an edition or a report may have (contract, validation rules).
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// The longest text a query or a factor may hold, in characters.
const MAX_TEXT: usize = 500;

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
    }
}

/// One edition of an authority's factors (contract, `EmissionFactorLibraryDto`).
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
    /// Whether its factors leave oxidation out, so that CO2e must multiply by `oxidationFactor` (DECISIONS 15). An
    /// addition to the contract, in JSON `valuesExcludeOxidation`; false where absent.
    pub values_exclude_oxidation: bool,
    /// When this revision was published. Of two revisions of one year the newest counts.
    pub created_at: DateTime<Utc>,
}

/// One emission factor (contract, `EmissionFactorDto`).
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
}

/// A fuel's density or net calorific value (contract, `FuelPropertyDto`).
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
}

/// The global warming potential of a gas over 100 years (contract, `GwpValueDto`).
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
}

/// Libraries, factors, fuel properties and GWP values, checked and made ready for queries.
#[derive(Debug, Clone, Default)]
pub struct EmissionFactors {
    libraries: Vec<EmissionFactorLibrary>,
    factors: Vec<EmissionFactor>,
    fuel_properties: Vec<FuelProperty>,
    gwp_values: Vec<GwpValue>,
    /// Indices into `factors` by library, then by fuel, gas and category in folded form.
    pub(super) by_activity: HashMap<(Uuid, String), Vec<usize>>,
    pub(super) gwp_by_gas: HashMap<(GwpVersion, String), usize>,
}

impl EmissionFactors {
    /// Checks a set of libraries, factors, fuel properties and GWP values and makes it ready for queries.
    ///
    /// # Errors
    ///
    /// With the path of the element (`factors[3].libraryId`): [`ErrorCode::Duplicate`] for an id or a GWP that stands
    /// twice, [`ErrorCode::UnknownReference`] for a library id that names no library, [`ErrorCode::OutOfRange`] for a
    /// release year outside 1990 to 2100, an oxidation factor outside 0 to 1, a negative GWP or a fuel property that is
    /// not above zero, [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (500 characters) for texts.
    ///
    /// An example with all parts is at [`ResolveQuery`](super::ResolveQuery).
    pub fn new(
        libraries: Vec<EmissionFactorLibrary>,
        factors: Vec<EmissionFactor>,
        fuel_properties: Vec<FuelProperty>,
        gwp_values: Vec<GwpValue>,
    ) -> Result<Self> {
        check_each("libraries", &libraries, |library| &library.id, check_library)?;
        let belongs = |id: Uuid| {
            let message = || format!("`{id}` names no library; expected the id of one of the libraries given");
            let found = libraries.iter().any(|library| library.id == id);
            if found { Ok(()) } else { Err(Error::new(ErrorCode::UnknownReference, "libraryId", message())) }
        };
        check_each(
            "factors",
            &factors,
            |factor| &factor.id,
            |factor| {
                belongs(factor.library_id)?;
                check_factor(factor)
            },
        )?;
        check_each(
            "fuelProperties",
            &fuel_properties,
            |property| &property.id,
            |property| {
                belongs(property.library_id)?;
                check_fuel_property(property)
            },
        )?;
        check_each("gwpValues", &gwp_values, |value| &value.id, check_gwp)?;

        let mut by_activity: HashMap<(Uuid, String), Vec<usize>> = HashMap::new();
        for (index, factor) in factors.iter().enumerate() {
            let activity = activity_key(&factor.fuel_type, &factor.gas, &factor.category);
            by_activity.entry((factor.library_id, activity)).or_default().push(index);
        }
        let mut gwp_by_gas = HashMap::new();
        for (index, value) in gwp_values.iter().enumerate() {
            if gwp_by_gas.insert((value.version, text::folded(&value.gas)), index).is_some() {
                let message = format!(
                    "`{}` stands twice for `{}`; expected one value a gas and report",
                    value.gas, value.version
                );
                return Err(Error::new(ErrorCode::Duplicate, format!("gwpValues[{index}].gas"), message));
            }
        }
        Ok(Self { libraries, factors, fuel_properties, gwp_values, by_activity, gwp_by_gas })
    }

    /// The libraries, in the order given.
    #[must_use]
    pub fn libraries(&self) -> &[EmissionFactorLibrary] {
        &self.libraries
    }

    /// The factors, in the order given.
    #[must_use]
    pub fn factors(&self) -> &[EmissionFactor] {
        &self.factors
    }

    /// The fuel properties, in the order given.
    #[must_use]
    pub fn fuel_properties(&self) -> &[FuelProperty] {
        &self.fuel_properties
    }

    /// The GWP values, in the order given.
    #[must_use]
    pub fn gwp_values(&self) -> &[GwpValue] {
        &self.gwp_values
    }
}

/// Fuel, gas and category as one key. U+001F cannot stand in a folded text that passed its check.
pub(super) fn activity_key(fuel_type: &str, gas: &str, category: &str) -> String {
    [fuel_type, gas, category].map(text::folded).join("\u{1F}")
}

pub(super) fn check_name(path: &str, text: &str) -> Result<()> {
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

fn check_library(library: &EmissionFactorLibrary) -> Result<()> {
    check_name("name", &library.name)?;
    check_name("version", &library.version)?;
    check_year("releaseYear", library.release_year)
}

fn check_factor(factor: &EmissionFactor) -> Result<()> {
    for (path, text) in
        [("category", &factor.category), ("fuelType", &factor.fuel_type), ("gas", &factor.gas), ("unit", &factor.unit)]
    {
        check_name(path, text)?;
    }
    for (path, text) in
        [("externalId", &factor.external_id), ("region", &factor.region), ("technology", &factor.technology)]
    {
        if let Some(text) = text {
            check_name(path, text)?;
        }
    }
    if factor.oxidation_factor <= Decimal::ZERO || factor.oxidation_factor > Decimal::ONE {
        let message = format!("`{}` is out of range; expected a share above 0 and at most 1", factor.oxidation_factor);
        return Err(Error::new(ErrorCode::OutOfRange, "oxidationFactor", message));
    }
    Ok(())
}

fn check_fuel_property(property: &FuelProperty) -> Result<()> {
    check_name("fuelType", &property.fuel_type)?;
    check_name("unit", &property.unit)?;
    if property.value <= Decimal::ZERO {
        let message = format!("`{}` is out of range; expected a value above 0", property.value);
        return Err(Error::new(ErrorCode::OutOfRange, "value", message));
    }
    Ok(())
}

fn check_gwp(value: &GwpValue) -> Result<()> {
    check_name("gas", &value.gas)?;
    if value.value < Decimal::ZERO {
        let message = format!("`{}` is negative; expected kg CO2e per kg of the gas", value.value);
        return Err(Error::new(ErrorCode::OutOfRange, "value", message));
    }
    Ok(())
}
