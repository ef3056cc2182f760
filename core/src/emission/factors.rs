//! Factor libraries, checked and made ready for queries.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{
    EmissionFactor, EmissionFactorData, EmissionFactorLibrary, FuelProperty, GwpValue, GwpVersion, RegionParent,
    activity_key, check_data,
};
use crate::{Error, ErrorCode, Result, text};

/// Libraries, factors, fuel properties and GWP values, checked and made ready for queries.
#[derive(Debug, Clone, Default)]
pub struct EmissionFactors {
    data: EmissionFactorData,
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
    /// release year outside 1990 to 2100, an oxidation factor outside 0 to 1, a negative GWP, a fuel property that is
    /// not above zero or bounds that do not enclose the figure, [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (500 characters) for texts.
    ///
    /// An example with all parts is at [`ResolveQuery`](super::ResolveQuery).
    pub fn new(data: EmissionFactorData) -> Result<Self> {
        check_data(&data)?;
        let mut by_activity: HashMap<(Uuid, String), Vec<usize>> = HashMap::new();
        for (index, factor) in data.factors.iter().enumerate() {
            let activity = activity_key(&factor.fuel_type, &factor.gas, &factor.category);
            by_activity.entry((factor.library_id, activity)).or_default().push(index);
        }
        let mut gwp_by_gas = HashMap::new();
        for (index, value) in data.gwp_values.iter().enumerate() {
            if gwp_by_gas.insert((value.version, text::folded(&value.gas)), index).is_some() {
                let message = format!(
                    "`{}` stands twice for `{}`; expected one value a gas and report",
                    value.gas, value.version
                );
                return Err(Error::new(ErrorCode::Duplicate, format!("gwpValues[{index}].gas"), message));
            }
        }
        Ok(Self { data, by_activity, gwp_by_gas })
    }

    /// All that it was made from, in the order given.
    #[must_use]
    pub fn data(&self) -> &EmissionFactorData {
        &self.data
    }

    /// The libraries, in the order given.
    #[must_use]
    pub fn libraries(&self) -> &[EmissionFactorLibrary] {
        &self.data.libraries
    }

    /// The factors, in the order given.
    #[must_use]
    pub fn factors(&self) -> &[EmissionFactor] {
        &self.data.factors
    }

    /// The fuel properties, in the order given.
    #[must_use]
    pub fn fuel_properties(&self) -> &[FuelProperty] {
        &self.data.fuel_properties
    }

    /// The GWP values, in the order given.
    #[must_use]
    pub fn gwp_values(&self) -> &[GwpValue] {
        &self.data.gwp_values
    }

    /// The steps of the libraries' trees of regions, in the order given.
    #[must_use]
    pub fn region_parents(&self) -> &[RegionParent] {
        &self.data.region_parents
    }
}
