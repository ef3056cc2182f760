//! Which global warming potentials count.

use super::model::GwpVersion;
use crate::named_values::named_values;

named_values! {
    /// Which GWP counts methane (DECISIONS 15).
    MethaneGwp {
        /// As the report's users count: the Fourth and Fifth Report's one value for all (AR5: 28, as DEFRA, EPA and eGRID
        /// make their CO2e), the Sixth's by origin.
        ByReport => "by_report",
        /// By origin in every report that tells it: AR5 30 fossil, 28 else; AR6 29.8 fossil, 27 else.
        ByOrigin => "by_origin",
    }
}

/// Which GWPs count: those of a report, and which of its values for methane.
///
/// ```
/// use tierra::emission::{GwpChoice, GwpVersion, MethaneGwp};
/// let choice = GwpChoice::from(GwpVersion::Ar5);
/// assert_eq!(choice.methane, MethaneGwp::ByReport);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GwpChoice {
    /// The report.
    pub version: GwpVersion,
    /// Which of its values for methane.
    pub methane: MethaneGwp,
}

impl From<GwpVersion> for GwpChoice {
    fn from(version: GwpVersion) -> Self {
        Self { version, methane: MethaneGwp::ByReport }
    }
}
