//! Trees of regions that publishers use and do not print in their tables of factors.

use uuid::Uuid;

use super::model::RegionParent;

/// The eGRID subregions in which each state of the US lies, with the District of Columbia and Puerto Rico.
const STATES: [(&str, &[&str]); 52] = [
    ("AK", &["AKGD", "AKMS"]),
    ("AL", &["SRSO", "SRTV"]),
    ("AR", &["SPSO", "SRMV", "SRMW"]),
    ("AZ", &["AZNM", "NWPP"]),
    ("CA", &["AZNM", "CAMX", "NWPP"]),
    ("CO", &["RMPA", "SPSO"]),
    ("CT", &["NEWE"]),
    ("DC", &["RFCE"]),
    ("DE", &["RFCE"]),
    ("FL", &["FRCC", "SRSO"]),
    ("GA", &["SRSO", "SRTV"]),
    ("HI", &["HIMS", "HIOA"]),
    ("IA", &["MROW", "SRMW"]),
    ("ID", &["NWPP"]),
    ("IL", &["MROW", "RFCW", "SRMW"]),
    ("IN", &["RFCW"]),
    ("KS", &["SPNO", "SPSO"]),
    ("KY", &["RFCW", "SRTV"]),
    ("LA", &["SPSO", "SRMV"]),
    ("MA", &["NEWE"]),
    ("MD", &["RFCE", "RFCW"]),
    ("ME", &["NEWE"]),
    ("MI", &["MROE", "MROW", "RFCM", "RFCW"]),
    ("MN", &["MROW"]),
    ("MO", &["SPNO", "SRMW"]),
    ("MS", &["SRMV", "SRSO", "SRTV"]),
    ("MT", &["MROW", "NWPP"]),
    ("NC", &["SRTV", "SRVC"]),
    ("ND", &["MROW"]),
    ("NE", &["MROW", "RMPA"]),
    ("NH", &["NEWE"]),
    ("NJ", &["RFCE"]),
    ("NM", &["AZNM", "SPSO"]),
    ("NV", &["AZNM", "NWPP"]),
    ("NY", &["NYCW", "NYLI", "NYUP"]),
    ("OH", &["RFCW"]),
    ("OK", &["SPSO", "SRMW"]),
    ("OR", &["NWPP"]),
    ("PA", &["RFCE", "RFCW"]),
    ("PR", &["PRMS"]),
    ("RI", &["NEWE"]),
    ("SC", &["SRVC"]),
    ("SD", &["MROW", "RMPA"]),
    ("TN", &["RFCW", "SRMV", "SRTV"]),
    ("TX", &["AZNM", "ERCT", "SPSO", "SRMV"]),
    ("UT", &["NWPP"]),
    ("VA", &["RFCE", "RFCW", "SRTV", "SRVC"]),
    ("VT", &["NEWE"]),
    ("WA", &["NWPP"]),
    ("WI", &["MROE", "MROW", "RFCW"]),
    ("WV", &["RFCW", "SRVC"]),
    ("WY", &["NWPP", "RMPA"]),
];

/// The tree of a library that has factors by eGRID subregion: state → subregions → `US`, the states first.
///
/// A state lies in a subregion where EPA's Power Profiler (2023 edition, `zipsubregion_for_website.csv` and
/// `utility_subregion_manual_table.csv` in EPA's public repository `USEPA/egrid`) gives one of its utilities to it, or where
/// EPA's map of the subregions shows it. A state in several subregions has several parents: a query for it is ambiguous
/// unless they agree, and a host that knows the subregion should ask for that. The tables were read in part: a
/// subregion that only touches a border may be missing.
///
/// ```
/// use tierra::emission::{Authority, egrid_region_parents, library_id};
/// let tree = egrid_region_parents(library_id(Authority::Egrid, "eGRID2023", "2025-03-27"));
/// let parents = |region: &str| -> Vec<_> {
///     tree.iter().filter(|step| step.region == region).map(|step| step.parent.as_str()).collect()
/// };
/// assert_eq!(parents("KY"), ["RFCW", "SRTV"]);
/// assert_eq!(parents("RFCW"), ["US"]);
/// ```
#[must_use]
pub fn egrid_region_parents(library_id: Uuid) -> Vec<RegionParent> {
    let step = |region: &str, parent: &str| RegionParent { library_id, region: region.into(), parent: parent.into() };
    let of_states = STATES.iter().flat_map(|(state, subregions)| subregions.iter().map(|it| step(state, it)));
    let of_subregions = subregions().into_iter().map(|subregion| step(subregion, "US"));
    of_states.chain(of_subregions).collect()
}

/// Every subregion, in alphabetical order.
fn subregions() -> Vec<&'static str> {
    let mut all: Vec<&str> = STATES.iter().flat_map(|(_, subregions)| subregions.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_stands_once_and_the_27_subregions_are_there() {
        assert!(STATES.is_sorted_by(|left, right| left.0 < right.0));
        assert!(STATES.iter().all(|(_, subregions)| subregions.is_sorted_by(|left, right| left < right)));
        assert_eq!(subregions().len(), 27);
        let steps = egrid_region_parents(Uuid::nil());
        assert_eq!(steps.iter().filter(|step| step.parent == "US").count(), 27);
    }
}
