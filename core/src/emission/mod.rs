//! What did it emit? Factor libraries, the factor that applies, and CO2e.
//!
//! Libraries, factors, fuel properties and GWP values come from the host in the shapes of the emission-factor contract;
//! [`EmissionFactors`] holds them, [`EmissionFactors::resolve`] finds the factor for a query, and
//! [`EmissionFactors::co2e`] multiplies. The rules are those of the contract and of DECISIONS 12, 13 and 15; nothing is
//! guessed: a missing factor or GWP is an error, never zero.

mod co2e;
mod factors;
mod ids;
#[cfg(feature = "import")]
pub mod import;
mod model;
mod regions;
mod resolve;

pub use co2e::{Activity, Co2e, Co2eWarning};
pub use factors::EmissionFactors;
pub use ids::{factor_id, fuel_property_id, gwp_value_id, library_id};
pub use model::{
    Authority, BiogenicCategory, CalorificBasis, EmissionFactor, EmissionFactorData, EmissionFactorLibrary,
    EmissionScope, FuelProperty, FuelPropertyType, GwpValue, GwpVersion, RegionParent, SourceRow,
};
pub use regions::egrid_region_parents;
pub use resolve::{LibraryMatch, ResolutionTier, ResolveQuery, ResolvedFactor};
