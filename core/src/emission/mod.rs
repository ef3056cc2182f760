//! What did it emit? Factor libraries, the factor that applies, and CO2e.
//!
//! Libraries, factors, fuel properties and GWP values come from the host in the shapes of the emission-factor contract, from
//! the crate's own reference data (feature `reference-data`) or from the official workbooks (feature `import`), and
//! [`EmissionFactors`] holds them. The rules are those of the contract and of DECISIONS 12 to 15; nothing is guessed: a
//! missing factor, density or GWP is an error, never zero.
//!
//! | question | call |
//! |---|---|
//! | What is there? | [`EmissionFactors::find_libraries`], [`search`](EmissionFactors::search), [`find_fuel_properties`](EmissionFactors::find_fuel_properties), [`find_gwp_values`](EmissionFactors::find_gwp_values) |
//! | Which factor applies, and why? | [`EmissionFactors::resolve`], [`explain`](EmissionFactors::explain) |
//! | What does it give? | [`EmissionFactors::co2e`] by one factor, [`emissions`](EmissionFactors::emissions) by all gases |
//! | And for thousands of rows? | [`EmissionFactors::inventory`], [`InventoryBuilder`] |
//! | Is it still the same library? | [`EmissionFactors::digest`] |

#[cfg(feature = "json")]
mod activity_columns;
mod co2e;
mod conversion;
mod digest;
mod double_meaning;
mod emissions;
mod explain;
mod factor_unit;
mod factors;
mod filter;
mod gwp_choice;
mod ids;
#[cfg(feature = "import")]
pub mod import;
mod inventory;
mod method;
mod method_answer;
mod model;
mod not_found;
mod one_figure;
#[cfg(feature = "reference-data")]
mod reference;
mod regions;
mod resolve;
mod revision;
mod search;
#[cfg(feature = "json")]
mod stated_activity;
mod units;
mod warnings;
mod whole;

#[cfg(feature = "json")]
pub(crate) use activity_columns::{ActivityColumns, activity_fields};
#[cfg(feature = "ledger")]
pub(crate) use co2e::gwp_names;
pub use co2e::{Activity, Co2e, Co2eQuery};
pub use conversion::{Conversion, ConversionBasis};
#[cfg(feature = "ledger")]
pub(crate) use digest::{gwp_digest, library_digest};
pub use emissions::{ActivityRow, Emissions, Instrument};
pub use explain::{CandidateOutcome, ConsideredFactor, ConsideredLibrary, Explanation, LibraryOutcome, TriedTier};
pub use factors::EmissionFactors;
pub use filter::{FactorFilter, FactorPage, FuelPropertyFilter, GwpFilter, LibraryFilter};
pub use gwp_choice::{GwpChoice, MethaneGwp};
pub use ids::{factor_id, fuel_property_id, gwp_value_id, library_id};
pub use inventory::{FailedRow, GasTotal, GroupTotal, Inventory, InventoryBuilder, InventoryTotals, RowEmissions};
pub use method::{EmissionRole, GasEmission, Method, MethodFactor};
pub use method_answer::{EmissionsAnswer, MethodAnswer, MethodGwp};
pub use model::{
    Authority, BiogenicCategory, CalorificBasis, EmissionFactor, EmissionFactorData, EmissionFactorLibrary,
    EmissionScope, FuelProperty, FuelPropertyType, GwpValue, GwpVersion, RegionParent, SourceRow,
};
#[cfg(feature = "reference-data")]
pub use reference::{REFERENCE_VERSION, reference_data};
pub use regions::egrid_region_parents;
pub use resolve::{LibraryMatch, Resolution, ResolveQuery, ResolvedFactor};
pub use search::ResolutionTier;
#[cfg(feature = "json")]
pub use stated_activity::{EmissionsQuery, InventoryQuery, StatedActivity};
#[cfg(feature = "json")]
pub(crate) use stated_activity::{check_defaults, push_rows, read_row};
pub use units::{Dimension, Unit};
pub use warnings::{Co2eWarning, WarningSeverity, WarningTotal};
pub use whole::StatedCategory;
