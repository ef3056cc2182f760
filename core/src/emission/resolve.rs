//! Which factor applies: the library by year, then the tier by region and technology.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::factors::EmissionFactors;
use super::model::{Authority, EmissionFactor, EmissionFactorLibrary, activity_key, check_name, check_year};
use crate::named_values::named_values;
use crate::{Error, ErrorCode, Result, order, text};

named_values! {
    /// How closely the factor's place and technology match the query (contract, `ResolutionTier`).
    ResolutionTier {
        /// Region and technology match.
        Specific => "specific",
        /// The region matches.
        Regional => "regional",
        /// The factor has no region: a worldwide average.
        Global => "global",
    }
}

named_values! {
    /// How the library's year relates to the reporting year (DECISIONS 12; an addition to the contract).
    LibraryMatch {
        /// The edition of the reporting year.
        Exact => "exact",
        /// The newest earlier edition.
        Earlier => "earlier",
        /// The authority's default, a later edition, because no edition is early enough.
        Default => "default",
    }
}

/// What to find a factor for. Texts match whole values, ignoring case and outer or repeated blanks.
///
/// ```
/// use tierra::Decimal;
/// use tierra::emission::*;
/// # use std::str::FromStr;
/// let published = "2024-06-12T00:00:00Z".parse().unwrap();
/// let library = EmissionFactorLibrary {
///     id: "550e8400-e29b-41d4-a716-446655440000".parse().unwrap(),
///     name: "DEFRA 2024".into(),
///     authority: Authority::Defra,
///     version: "1.1".into(),
///     release_year: 2024,
///     is_default: true,
///     values_exclude_oxidation: false,
///     gwp_version: Some(GwpVersion::Ar5),
///     calorific_basis: None,
///     biogenic_categories: vec![],
///     publication: Some("UK Government GHG Conversion Factors for Company Reporting 2024, version 1.1".into()),
///     licence: Some("Open Government Licence v3.0".into()),
///     created_at: published,
/// };
/// let factor = EmissionFactor {
///     id: "550e8400-e29b-41d4-a716-446655440001".parse().unwrap(),
///     library_id: library.id,
///     external_id: None,
///     category: "Scope 1".into(),
///     fuel_type: "Natural gas".into(),
///     gas: "CO2e".into(),
///     is_biogenic: false,
///     value: Decimal::from_str("0.1829").unwrap(),
///     oxidation_factor: Decimal::ONE,
///     unit: "kg CO2e/kWh (Gross CV)".into(),
///     region: Some("GB".into()),
///     technology: None,
///     scope: Some(EmissionScope::Scope1),
///     lower: None,
///     upper: None,
///     source: Some(SourceRow { table: "Factors by Category".into(), row: "1_100_1004_6_1".into() }),
///     created_at: published,
/// };
/// let data = EmissionFactorData { libraries: vec![library], factors: vec![factor], ..Default::default() };
/// let factors = EmissionFactors::new(data)?;
/// let query = ResolveQuery {
///     authority: Authority::Defra,
///     reporting_year: 2025,
///     fuel_type: "natural  gas",
///     gas: "CO2e",
///     category: "Scope 1",
///     region: Some("GB"),
///     technology: None,
/// };
/// let found = factors.resolve(&query)?.expect("there is one");
/// assert_eq!(found.tier, ResolutionTier::Regional);
/// assert_eq!(found.library_match, LibraryMatch::Earlier);
/// assert!(found.used_fallback());
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolveQuery<'a> {
    /// Whose factors.
    pub authority: Authority,
    /// The year reported on, 1990 to 2100.
    pub reporting_year: i32,
    /// The fuel or activity.
    pub fuel_type: &'a str,
    /// The gas, or `CO2e`.
    pub gas: &'a str,
    /// The category.
    pub category: &'a str,
    /// The region, if one is asked for.
    pub region: Option<&'a str>,
    /// The technology, if one is asked for.
    pub technology: Option<&'a str>,
}

impl ResolveQuery<'_> {
    fn check(&self) -> Result<()> {
        check_year("reportingYear", self.reporting_year)?;
        for (path, text) in [("fuelType", self.fuel_type), ("gas", self.gas), ("category", self.category)] {
            check_name(path, text)?;
        }
        for (path, text) in [("region", self.region), ("technology", self.technology)] {
            if let Some(text) = text {
                check_name(path, text)?;
            }
        }
        Ok(())
    }
}

/// The factor that applies, and how it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedFactor<'a> {
    /// The factor.
    pub factor: &'a EmissionFactor,
    /// How closely it matches.
    pub tier: ResolutionTier,
    /// The library it is from.
    pub library: &'a EmissionFactorLibrary,
    /// How the library's year relates to the reporting year.
    pub library_match: LibraryMatch,
}

impl ResolvedFactor<'_> {
    /// Whether the library's year is not the reporting year (DECISIONS 12).
    #[must_use]
    pub fn used_fallback(&self) -> bool {
        self.library_match != LibraryMatch::Exact
    }
}

impl EmissionFactors {
    /// The factor that applies to a query, or `None` when there is none.
    ///
    /// The library is the authority's newest with a release year not after the reporting year, or else the authority's
    /// default; of two revisions of a year the newest by `createdAt`, then by version. Within it the tiers are tried in
    /// order: `specific` (region and technology match), `regional` (region matches), `global` (the factor has no
    /// region); within a tier an equal technology wins over none, and none over another (DECISIONS 12 and 13).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `reportingYear`, [`ErrorCode::Empty`] or [`ErrorCode::TooLong`] at a text, and
    /// [`ErrorCode::AmbiguousFactor`], which lists the factors, when different values match equally well.
    pub fn resolve(&self, query: &ResolveQuery<'_>) -> Result<Option<ResolvedFactor<'_>>> {
        query.check()?;
        let Some((library, library_match)) = self.library_for(query.authority, query.reporting_year) else {
            return Ok(None);
        };
        let found = best_candidate(&self.candidates(library, query), query)?;
        Ok(found.map(|(factor, tier)| ResolvedFactor { factor, tier, library, library_match }))
    }

    /// The library's factors for the query's fuel, gas and category.
    fn candidates(&self, library: &EmissionFactorLibrary, query: &ResolveQuery<'_>) -> Vec<&EmissionFactor> {
        let activity = activity_key(query.fuel_type, query.gas, query.category);
        let indices = self.by_activity.get(&(library.id, activity)).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.factors().get(*index)).collect()
    }

    /// Why a query has no factor, and what was expected instead.
    pub(super) fn why_not_found(&self, query: &ResolveQuery<'_>) -> String {
        let Some((library, _)) = self.library_for(query.authority, query.reporting_year) else {
            return format!("no library of `{}` covers the year; expected one, or a default", query.authority);
        };
        let mut regions: Vec<&str> = Vec::new();
        for factor in self.candidates(library, query) {
            let region = factor.region.as_deref().unwrap_or_default();
            if regions.len() < LISTED && !regions.contains(&region) {
                regions.push(region);
            }
        }
        if regions.is_empty() {
            return format!(
                "`{}` has none for this fuel, gas and category; expected their names as the library has them",
                library.name
            );
        }
        let regions = regions.into_iter().map(|region| format!("`{region}`")).collect::<Vec<_>>().join(", ");
        format!("`{}` has some for other regions only; expected one of {regions}", library.name)
    }

    fn library_for(&self, authority: Authority, reporting_year: i32) -> Option<(&EmissionFactorLibrary, LibraryMatch)> {
        let of_authority = || self.libraries().iter().filter(|library| library.authority == authority);
        let newest_until_then =
            of_authority().filter(|library| library.release_year <= reporting_year).max_by(|a, b| by_revision(a, b));
        if let Some(library) = newest_until_then {
            let exact = library.release_year == reporting_year;
            return Some((library, if exact { LibraryMatch::Exact } else { LibraryMatch::Earlier }));
        }
        let default = of_authority().filter(|library| library.is_default).max_by(|a, b| by_revision(a, b));
        default.map(|library| (library, LibraryMatch::Default))
    }
}

/// Orders two editions: by year, then by publication, then by version with numbers compared as numbers. The id settles
/// what is left, so that the order of the input never decides.
fn by_revision(left: &EmissionFactorLibrary, right: &EmissionFactorLibrary) -> Ordering {
    (left.release_year, left.created_at)
        .cmp(&(right.release_year, right.created_at))
        .then_with(|| version_parts(&left.version).cmp(&version_parts(&right.version)))
        .then_with(|| left.id.cmp(&right.id))
}

/// `2023 rev 10` as numbers and words in turn, so that revision 10 comes after revision 9.
fn version_parts(version: &str) -> Vec<(Option<u64>, String)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut parts = Vec::new();
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let numeric = is_digit(first);
        let length = rest.find(|c| is_digit(c) != numeric).unwrap_or(rest.len());
        let (part, after) = rest.split_at(length);
        parts.push((part.parse().ok(), text::folded(part)));
        rest = after;
    }
    parts
}

/// How many factors or regions a message lists; more would hide the sentence.
const LISTED: usize = 5;

fn best_candidate<'a>(
    candidates: &[&'a EmissionFactor],
    query: &ResolveQuery<'_>,
) -> Result<Option<(&'a EmissionFactor, ResolutionTier)>> {
    let region = query.region.map(text::folded);
    let technology = query.technology.map(text::folded);
    let folded = |text: &Option<String>| text.as_deref().map(text::folded);
    let region_matches = |factor: &EmissionFactor| region.is_some() && folded(&factor.region) == region;
    let technology_matches = |factor: &EmissionFactor| folded(&factor.technology) == technology;

    for tier in ResolutionTier::ALL {
        let in_tier = |factor: &EmissionFactor| match tier {
            ResolutionTier::Specific => technology.is_some() && region_matches(factor) && technology_matches(factor),
            ResolutionTier::Regional => region_matches(factor),
            ResolutionTier::Global => factor.region.is_none(),
        };
        let in_tier: Vec<_> = candidates.iter().copied().filter(|factor| in_tier(factor)).collect();
        // Equal technology first, then none, then whatever the tier holds.
        let equal = in_tier.iter().copied().filter(|factor| technology_matches(factor)).collect();
        let without = in_tier.iter().copied().filter(|factor| factor.technology.is_none()).collect();
        for group in [equal, without, in_tier] {
            if let Some(factor) = the_only_value(&group, tier)? {
                return Ok(Some((factor, tier)));
            }
        }
    }
    Ok(None)
}

/// The factor of a group in which all say the same; the one with the smallest id where several do.
fn the_only_value<'a>(group: &[&'a EmissionFactor], tier: ResolutionTier) -> Result<Option<&'a EmissionFactor>> {
    let figure = |factor: &EmissionFactor| -> (Decimal, Decimal, bool, String) {
        (factor.value, factor.oxidation_factor, factor.is_biogenic, factor.unit.trim().to_owned())
    };
    let Some(first) = group.iter().min_by_key(|factor| factor.id).copied() else { return Ok(None) };
    if group.iter().all(|factor| figure(factor) == figure(first)) {
        return Ok(Some(first));
    }
    let by_id = order::ranked_by(group, |left, right| left.id.cmp(&right.id));
    let mut list: Vec<_> = by_id.iter().take(LISTED).filter_map(|at| Some(describe(group.get(*at)?))).collect();
    if group.len() > LISTED {
        list.push(format!("and {} more", group.len() - LISTED));
    }
    let message = format!(
        "{} factors match equally well in tier `{tier}`: {}; expected one value, or a query that names the technology",
        group.len(),
        list.join(", ")
    );
    Err(Error::new(ErrorCode::AmbiguousFactor, "", message))
}

fn describe(factor: &EmissionFactor) -> String {
    let technology = factor.technology.as_deref().map_or(String::new(), |name| format!(" for `{name}`"));
    format!("`{}` {}{technology} (id {})", factor.value, factor.unit, factor.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_compare_as_numbers() {
        assert!(version_parts("2023 rev 10") > version_parts("2023 rev 9"));
        assert!(version_parts("1.1") > version_parts("1.0"));
        assert_eq!(version_parts("V2"), version_parts("v2"));
    }
}
