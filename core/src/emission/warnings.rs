//! What a reader of a figure should know, and how much it matters.

use crate::named_values::named_values;
use crate::wire::record;

named_values! {
    /// What a reader of the figure should know. In the order of their severities, the gravest first.
    Co2eWarning {
        /// The answer over all gases holds CH4 or N2O of what was burned and not its CO2, which is nearly all of it: see
        /// `co2StatedIn` of the method (DECISIONS 34).
        Co2NotStated => "co2_not_stated",
        /// The library has a gas for the fuel that it does not state for this region, technology or unit.
        GasNotStated => "gas_not_stated",
        /// The library is a later edition, the authority's default.
        DefaultLibrary => "default_library",
        /// The technology that was asked for is not there: the factor holds for any (DECISIONS 13).
        TechnologyIgnored => "technology_ignored",
        /// The factor is for one technology, the only one there is, though none was asked for.
        OtherTechnology => "other_technology",
        /// The factor is CO2e already, made with another report's GWPs than those asked for.
        OtherGwpVersion => "other_gwp_version",
        /// The unit does not say gross or net; the library's basis was taken, or for therms the gross one, by which gas is sold.
        LibraryCalorificBasis => "library_calorific_basis",
        /// The report tells methane by its origin, which is unknown: its general GWP was taken (DECISIONS 15).
        MethaneOriginUnknown => "methane_origin_unknown",
        /// The library states biogenic CO2 for the fuel, but not for this region or technology, or by a unit that the
        /// activity's cannot be converted into.
        BiogenicNotStated => "biogenic_not_stated",
        /// Market-based: the part that no contract covers was counted by the location-based factor, because the library has
        /// no residual mix.
        NoResidualMix => "no_residual_mix",
        /// The library is of an earlier year than the reporting year.
        EarlierLibrary => "earlier_library",
        /// The library is a later edition, to which the query is pinned.
        PinnedLibrary => "pinned_library",
        /// The factor is that of a region above the one asked for.
        ParentRegion => "parent_region",
        /// The factor has no region (tier `global`): a worldwide average, or that of the publisher's own country.
        GlobalAverage => "global_average",
    }
}

named_values! {
    /// How much a warning matters.
    WarningSeverity {
        /// Something that was emitted is not in the figure: it is too small.
        Incomplete => "incomplete",
        /// The figure rests on something that was not asked for, or that was taken for granted.
        Caution => "caution",
        /// How the figure was found, which is as the rules have it.
        Note => "note",
    }
}

impl Co2eWarning {
    /// How much it matters.
    ///
    /// ```
    /// use tierra::emission::{Co2eWarning, WarningSeverity};
    /// assert_eq!(Co2eWarning::Co2NotStated.severity(), WarningSeverity::Incomplete);
    /// assert_eq!(Co2eWarning::GlobalAverage.severity(), WarningSeverity::Note);
    /// ```
    #[must_use]
    pub fn severity(self) -> WarningSeverity {
        match self {
            Self::Co2NotStated | Self::GasNotStated => WarningSeverity::Incomplete,
            Self::DefaultLibrary
            | Self::TechnologyIgnored
            | Self::OtherTechnology
            | Self::OtherGwpVersion
            | Self::LibraryCalorificBasis
            | Self::MethaneOriginUnknown
            | Self::BiogenicNotStated
            | Self::NoResidualMix => WarningSeverity::Caution,
            Self::EarlierLibrary | Self::PinnedLibrary | Self::ParentRegion | Self::GlobalAverage => {
                WarningSeverity::Note
            }
        }
    }
}

/// The severity of the gravest of some warnings; `None` without one.
pub(crate) fn gravest(warnings: &[Co2eWarning]) -> Option<WarningSeverity> {
    warnings.iter().map(|warning| warning.severity()).min()
}

record! {
    /// How many rows of an inventory carry a warning.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct WarningTotal {
        /// The warning.
        pub warning: Co2eWarning,
        /// How much it matters.
        pub severity: WarningSeverity,
        /// Rows that carry it.
        pub rows: usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_stand_in_the_order_of_their_severities() {
        assert!(Co2eWarning::ALL.is_sorted_by_key(|warning| warning.severity()));
        assert_eq!(gravest(&[Co2eWarning::GlobalAverage, Co2eWarning::NoResidualMix]), Some(WarningSeverity::Caution));
        assert_eq!(gravest(&[]), None);
    }
}
