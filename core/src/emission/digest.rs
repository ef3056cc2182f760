//! The digest of a library's content, by which a revision is pinned.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

#[cfg(feature = "ledger")]
use super::model::GwpValue;
use super::model::{EmissionFactor, EmissionFactorData, EmissionFactorLibrary, FuelProperty, RegionParent, SourceRow};

/// SHA-256 of the library with all that belongs to it: see [`EmissionFactors::digest`](super::EmissionFactors::digest).
pub(crate) fn library_digest(data: &EmissionFactorData, library: &EmissionFactorLibrary) -> [u8; 32] {
    let mut lines = vec![library_line(library)];
    lines.extend(data.factors.iter().filter(|it| it.library_id == library.id).map(factor_line));
    lines.extend(data.fuel_properties.iter().filter(|it| it.library_id == library.id).map(property_line));
    lines.extend(data.region_parents.iter().filter(|it| it.library_id == library.id).map(region_line));
    digest_of(lines)
}

/// SHA-256 of GWP values in any order: lines of the kind `gwpValue`, as those of a library's digest.
#[cfg(feature = "ledger")]
pub(crate) fn gwp_digest(values: &[GwpValue]) -> [u8; 32] {
    digest_of(values.iter().map(gwp_line).collect())
}

fn digest_of(mut lines: Vec<Line>) -> [u8; 32] {
    lines.sort_unstable();
    let mut digest = Sha256::new();
    for line in lines {
        digest.update(line.0);
        digest.update(b"\n");
    }
    digest.finalize().into()
}

/// The fields of a line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Line(String);

impl Line {
    fn of(kind: &str) -> Self {
        Self(kind.to_owned())
    }

    fn text(mut self, text: &str) -> Self {
        self.0.push('\u{1F}');
        self.0.push_str(text);
        self
    }

    fn optional(self, text: Option<&str>) -> Self {
        self.text(text.unwrap_or_default())
    }

    fn shown(mut self, value: impl std::fmt::Display) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "\u{1F}{value}");
        self
    }

    fn decimal(self, value: Option<Decimal>) -> Self {
        match value {
            Some(value) => self.shown(value.normalize()),
            None => self.text(""),
        }
    }

    fn instant(self, instant: DateTime<Utc>) -> Self {
        self.text(&instant.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    fn source(self, source: Option<&SourceRow>) -> Self {
        self.optional(source.map(|source| source.table.as_str())).optional(source.map(|source| source.row.as_str()))
    }
}

fn library_line(library: &EmissionFactorLibrary) -> Line {
    let line = Line::of("library")
        .shown(library.id)
        .text(&library.name)
        .text(library.authority.as_str())
        .text(&library.version)
        .shown(library.release_year)
        .instant(library.created_at)
        .shown(library.values_exclude_oxidation)
        .optional(library.gwp_version.map(|version| version.as_str()))
        .optional(library.calorific_basis.map(|basis| basis.as_str()));
    let pairs = &library.biogenic_categories;
    let line = pairs.iter().fold(line, |line, pair| line.text(&pair.category).text(&pair.biogenic_category));
    line.optional(library.publication.as_deref()).optional(library.licence.as_deref())
}

fn factor_line(factor: &EmissionFactor) -> Line {
    Line::of("factor")
        .shown(factor.id)
        .optional(factor.external_id.as_deref())
        .text(&factor.category)
        .text(&factor.fuel_type)
        .text(&factor.gas)
        .shown(factor.is_biogenic)
        .decimal(Some(factor.value))
        .decimal(Some(factor.oxidation_factor))
        .text(&factor.unit)
        .optional(factor.region.as_deref())
        .optional(factor.technology.as_deref())
        .instant(factor.created_at)
        .optional(factor.scope.map(|scope| scope.as_str()))
        .decimal(factor.lower)
        .decimal(factor.upper)
        .source(factor.source.as_ref())
}

fn property_line(property: &FuelProperty) -> Line {
    Line::of("fuelProperty")
        .shown(property.id)
        .text(&property.fuel_type)
        .text(property.property_type.as_str())
        .decimal(Some(property.value))
        .text(&property.unit)
        .optional(property.region.as_deref())
        .instant(property.created_at)
        .source(property.source.as_ref())
}

fn region_line(step: &RegionParent) -> Line {
    Line::of("regionParent").text(&step.region).text(&step.parent)
}

#[cfg(feature = "ledger")]
fn gwp_line(value: &GwpValue) -> Line {
    Line::of("gwpValue")
        .shown(value.id)
        .text(value.version.as_str())
        .text(&value.gas)
        .decimal(Some(value.value))
        .instant(value.created_at)
        .source(value.source.as_ref())
}
