//! The trees of regions that publications do not state in their tables.

use uuid::Uuid;

use super::model::RegionParent;

/// The tree of eGRID's regions for a library: each state's grid subregions, and each subregion's place in `US`.
///
/// ```
/// use tierra::emission::{Authority, egrid_region_parents, library_id};
/// let library = library_id(Authority::Egrid, "eGRID2023", "2025-03-27");
/// assert!(egrid_region_parents(library).iter().all(|step| step.library_id == library));
/// ```
#[must_use]
pub fn egrid_region_parents(library_id: Uuid) -> Vec<RegionParent> {
    // filled by the reference branch
    let _ = library_id;
    Vec::new()
}
