//! Which factor applies: the library by year, then the tier by region and technology.

use std::cmp::Ordering;

use super::factors::EmissionFactors;
use super::model::{Authority, EmissionFactor, EmissionFactorLibrary, check_name, check_year};
#[cfg(feature = "json")]
use super::model::{YEAR_BOUNDS, check_given, check_text};
use super::search::{ResolutionTier, Search};
use super::units::Unit;
use crate::named_values::named_values;
use crate::wire::{fields_of, record};
use crate::{Error, ErrorCode, Result, hex, order, text};

named_values! {
    /// How the library's year relates to the reporting year (DECISIONS 12; an addition to the contract).
    LibraryMatch {
        /// The edition of the reporting year.
        Exact => "exact",
        /// The newest earlier edition.
        Earlier => "earlier",
        /// The authority's default, a later edition, because no edition is early enough.
        Default => "default",
        /// A later edition, to which the query is pinned.
        Pinned => "pinned",
    }
}

record! {
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
    ///     factor_unit: None,
    ///     library_digest: None,
    /// };
    /// let found = factors.resolve(&query)?.expect("there is one");
    /// assert_eq!(found.tier, ResolutionTier::Regional);
    /// assert_eq!(found.library_match, LibraryMatch::Earlier);
    /// assert!(found.used_fallback());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct ResolveQuery<'a> {
        /// Whose factors.
        pub authority: Authority,
        /// The year reported on, 1990 to 2100.
        #[wire(range = YEAR_BOUNDS)]
        pub reporting_year: i32,
        /// The fuel or activity.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_text)]
        pub fuel_type: &'a str,
        /// The gas, or `CO2e`.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_text)]
        pub gas: &'a str,
        /// The category.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_text)]
        pub category: &'a str,
        /// The region, if one is asked for.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub region: Option<&'a str>,
        /// The technology, if one is asked for.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub technology: Option<&'a str>,
        /// The factor's unit, or what stands behind its slash (`kWh (Gross CV)`), where a library states one fuel by several
        /// units. An addition to the contract, in JSON `factorUnit`.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub factor_unit: Option<&'a str>,
        /// The content to which the query is pinned ([`EmissionFactors::digest`]), so that a revision cannot change an answer
        /// unseen. An addition to the contract, in JSON `libraryDigest`, 64 hexadecimal digits.
        #[wire(form)]
        pub library_digest: Option<[u8; 32]>,
    }
}

impl<'a> ResolveQuery<'a> {
    /// A query that asks for no region, technology, unit or revision.
    #[must_use]
    pub fn new(authority: Authority, reporting_year: i32, fuel_type: &'a str, gas: &'a str, category: &'a str) -> Self {
        let (region, technology, factor_unit, library_digest) = (None, None, None, None);
        Self { authority, reporting_year, fuel_type, gas, category, region, technology, factor_unit, library_digest }
    }

    pub(super) fn check(&self) -> Result<()> {
        check_year("reportingYear", self.reporting_year)?;
        for (path, text) in [("fuelType", self.fuel_type), ("gas", self.gas), ("category", self.category)] {
            check_name(path, text)?;
        }
        for (path, text) in [("region", self.region), ("technology", self.technology), ("factorUnit", self.factor_unit)]
        {
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
    /// How many steps up the library's tree of regions it was found: 0 for the region asked for.
    pub region_steps: u32,
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

fields_of! {
    camelCase ResolvedFactor<'a> {
        /// The factor.
        factor: &EmissionFactor = |found| found.factor,
        /// How closely it matches: `specific` (region and technology match), `regional` or `global` (a worldwide average).
        tier: ResolutionTier = |found| found.tier,
        /// The library it is from.
        library: &EmissionFactorLibrary = |found| found.library,
        used_fallback: bool = |found| found.used_fallback(),
        /// How the library's year relates to the reporting year: `exact`, `earlier` (newest earlier edition), `default` (a later
        /// edition, the authority's default) or `pinned` (a later edition, to which the query is pinned).
        library_match: LibraryMatch = |found| found.library_match,
    }
}

/// The factor that applies, or that there is none, which the contract writes as an object of nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution<'a>(pub Option<ResolvedFactor<'a>>);

/// No factor, as the contract writes it.
#[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only JSON has it"))]
struct NoFactor;

fields_of! {
    camelCase NoFactor as "ResolvedFactor" {
        factor: Option<&EmissionFactor> = |_| None,
        tier: Option<ResolutionTier> = |_| None,
        library: Option<&EmissionFactorLibrary> = |_| None,
        /// Whether the library's year is not the reporting year (DECISIONS 12).
        used_fallback: bool = |_| false,
        library_match: Option<LibraryMatch> = |_| None,
    }
}

#[cfg(feature = "json")]
impl crate::wire::Write for Resolution<'_> {
    fn write(&self, out: &mut dyn crate::wire::Sink) {
        match &self.0 {
            Some(found) => found.write(out),
            None => out.no_record(&NoFactor),
        }
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Resolution<'_> {
    fn shape() -> crate::wire::describe::Shape {
        use crate::wire::describe::Shape;
        let (Shape::Record(found), Shape::Record(mut written)) = (ResolvedFactor::shape(), NoFactor::shape()) else {
            return Shape::Any;
        };
        // The fields of an answer that may be all nulls, each as it is told of a factor that was found.
        written.name = "Resolution";
        written.doc =
            "The factor that applies and how it was found; where there is none, its fields are null.".to_owned();
        for (field, of_found) in written.fields.iter_mut().zip(&found.fields) {
            if field.doc.is_empty() {
                field.doc.clone_from(&of_found.doc);
            }
        }
        let in_json = Some(Box::new(Shape::Record(written)));
        Shape::Optional(Box::new(Shape::Record(crate::wire::describe::RecordShape { in_json, ..found })))
    }
}

impl EmissionFactors {
    /// The factor that applies to a query, or `None` when there is none.
    ///
    /// The library is the authority's newest with a release year not after the reporting year, or else the authority's
    /// default; of two revisions of a year the newest by `createdAt`, then by version. A query that is pinned to a digest is
    /// answered from that library alone. Within it the tiers are tried in order: `specific` (region and technology match),
    /// `regional` (region matches), then both for the regions one step up the library's tree, and so on, and last `global`
    /// (the factor has no region). A technology that is asked for is answered by an equal one or by a factor without any, never
    /// by the figure of another one; without one asked, by a factor without any or by the only one there is (DECISIONS 12 to
    /// 14).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `reportingYear`, [`ErrorCode::Empty`] or [`ErrorCode::TooLong`] at a text,
    /// [`ErrorCode::DigestNotFound`] at `libraryDigest`, and [`ErrorCode::AmbiguousFactor`], which lists the factors, when
    /// different values match equally well.
    pub fn resolve(&self, query: &ResolveQuery<'_>) -> Result<Option<ResolvedFactor<'_>>> {
        if query.factor_unit.is_some() || query.library_digest.is_some() {
            query.check()?;
        }
        let Some((at, library_match)) = self.library_for(query)? else { return query.check().map(|()| None) };
        let search = self.search_in(at, query);
        // Texts that the library knows passed the same check as its factors.
        if search.has_unknown_text() || check_year("reportingYear", query.reporting_year).is_err() {
            query.check()?;
        }
        let Some((rank, place, alone)) = search.closest(self) else { return Ok(None) };
        let place = if alone { place } else { self.the_only_figure(rank.tier, search.group(self, rank).collect())? };
        let (Some(factor), Some(library)) = (self.factor_at(place), self.library_at(at)) else { return Ok(None) };
        Ok(Some(ResolvedFactor { factor, tier: rank.tier, region_steps: rank.region_steps(), library, library_match }))
    }

    /// [`EmissionFactors::resolve`] for many queries, each with its own answer or error, in the order given.
    ///
    /// ```
    /// use tierra::emission::{Authority, EmissionFactors, ResolveQuery};
    /// let queries = [2024, 1800].map(|year| ResolveQuery::new(Authority::Epa, year, "Coal", "CO2", "Stationary combustion"));
    /// let factors = EmissionFactors::default();
    /// let answers = factors.resolve_batch(&queries);
    /// assert!(answers[0].as_ref().unwrap().is_none());
    /// assert_eq!(answers[1].as_ref().unwrap_err().path(), "reportingYear");
    /// ```
    pub fn resolve_batch(&self, queries: &[ResolveQuery<'_>]) -> Vec<Result<Option<ResolvedFactor<'_>>>> {
        queries.iter().map(|query| self.resolve(query)).collect()
    }

    /// Where the library stands that a query is answered from.
    pub(super) fn library_for(&self, query: &ResolveQuery<'_>) -> Result<Option<(usize, LibraryMatch)>> {
        let editions = self.index.editions(query.authority);
        let year_of = |at: &usize| self.library_at(*at).map_or(i32::MAX, |library| library.release_year);
        let relation = |at: usize, later: LibraryMatch| {
            let found = match year_of(&at).cmp(&query.reporting_year) {
                Ordering::Equal => LibraryMatch::Exact,
                Ordering::Less => LibraryMatch::Earlier,
                Ordering::Greater => later,
            };
            (at, found)
        };
        if let Some(digest) = query.library_digest {
            let pinned = editions.iter().rev().find(|at| self.digest_at(**at) == Some(digest));
            let pinned = pinned.ok_or_else(|| self.digest_not_found(query.authority, digest))?;
            return Ok(Some(relation(*pinned, LibraryMatch::Pinned)));
        }
        let until_then = editions.partition_point(|at| year_of(at) <= query.reporting_year);
        let newest = until_then.checked_sub(1).and_then(|last| editions.get(last));
        let is_default = |at: &&usize| self.library_at(**at).is_some_and(|library| library.is_default);
        let found = newest.or_else(|| editions.iter().rev().find(is_default));
        Ok(found.map(|at| relation(*at, LibraryMatch::Default)))
    }

    /// The library that a query is answered from: what else of a file is to be read depends on it.
    #[cfg(feature = "ledger")]
    pub(crate) fn library_of(&self, query: &ResolveQuery<'_>) -> Option<&EmissionFactorLibrary> {
        let (at, _) = self.library_for(query).ok()??;
        self.library_at(at)
    }

    fn digest_not_found(&self, authority: Authority, digest: [u8; 32]) -> Error {
        let editions = self.index.editions(authority).iter().filter_map(|at| {
            let (library, digest) = (self.library_at(*at)?, self.digest_at(*at)?);
            Some(format!("`{}` {} ({})", hex::digits(&digest), library.name, library.version))
        });
        let editions: Vec<_> = editions.collect();
        let expected = if editions.is_empty() { "none is loaded".to_owned() } else { editions.join(", ") };
        let message = format!(
            "`{}` is the digest of no library of `{authority}`; expected that of one loaded: {expected}",
            hex::digits(&digest)
        );
        Error::new(ErrorCode::DigestNotFound, "libraryDigest", message)
    }

    /// The search for a query's factor in the library at this place.
    pub(super) fn search_in<'a>(&'a self, library: usize, query: &'a ResolveQuery<'a>) -> Search<'a> {
        let region = query.region.map(|region| self.index.name(region));
        let above = region.map_or(&[][..], |region| self.index.ancestors(library, region));
        Search {
            candidates: self.index.candidates(library, query.fuel_type, query.gas, query.category),
            region,
            above,
            technology: query.technology.map(|technology| self.index.name(technology)),
            factor_unit: query.factor_unit,
        }
    }

    /// Whether a factor's unit is the one asked for: the whole of it, or what stands behind its slash.
    pub(super) fn has_unit(&self, place: usize, asked: &str) -> bool {
        let Some(factor) = self.factor_at(place) else { return false };
        if text::same_folded(asked, &factor.unit) {
            return true;
        }
        let Ok(unit) = self.unit_at(place) else { return false };
        text::same_words(asked, &unit.activity) || unit.activity_unit.is_some_and(|unit| Unit::of(asked) == Some(unit))
    }
}

/// How many factors or regions a message lists; more would hide the sentence.
const LISTED: usize = 5;

/// The first of some items, and how many more there are.
fn listed(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(LISTED);
    let mut shown: Vec<_> = items.take(LISTED).collect();
    shown.extend((more > 0).then(|| format!("and {more} more")));
    shown.join(", ")
}

/// Whether two factors say the same.
fn same_figure(left: &EmissionFactor, right: &EmissionFactor) -> bool {
    (left.value, left.oxidation_factor, left.is_biogenic) == (right.value, right.oxidation_factor, right.is_biogenic)
        && left.unit.trim() == right.unit.trim()
}

impl EmissionFactors {
    /// Where the factor stands that says what all of some say: the one with the smallest id where they are equal, the most
    /// exact one where they state one figure in several units.
    ///
    /// [`ErrorCode::AmbiguousFactor`] where they say different things.
    pub(super) fn the_only_figure(&self, tier: ResolutionTier, places: Vec<usize>) -> Result<usize> {
        let factors: Vec<_> = places.iter().filter_map(|place| self.factor_at(*place)).collect();
        let all_same = factors.windows(2).all(|pair| matches!(pair, [left, right] if same_figure(left, right)));
        let first = places.iter().copied().min_by_key(|place| self.factor_at(*place).map(|factor| factor.id));
        let found = if all_same { first } else { self.most_exact(places.iter().copied()) };
        found.ok_or_else(|| ambiguous(tier, factors))
    }
}

/// The error for factors that say different things and match equally well.
fn ambiguous(tier: ResolutionTier, group: Vec<&EmissionFactor>) -> Error {
    let by_id = order::ranked_by(&group, |left, right| left.id.cmp(&right.id));
    let list = listed(by_id.iter().map(|at| group.get(*at).map_or(String::new(), |factor| describe(factor))));
    let same = |field: fn(&EmissionFactor) -> &Option<String>| {
        group.windows(2).all(|pair| match pair {
            [left, right] => field(left) == field(right),
            _ => true,
        })
    };
    let what = if !same(|factor| &factor.region) {
        "one of the regions"
    } else if !same(|factor| &factor.technology) {
        "the technology"
    } else {
        "the `factorUnit`"
    };
    let message = format!(
        "{} factors match equally well in tier `{tier}`: {list}; expected one value, or a query that names {what}",
        group.len(),
    );
    Error::new(ErrorCode::AmbiguousFactor, "", message)
}

fn describe(factor: &EmissionFactor) -> String {
    let technology = factor.technology.as_deref().map_or(String::new(), |name| format!(" for `{name}`"));
    let region = factor.region.as_deref().map_or(String::new(), |name| format!(" in `{name}`"));
    format!("`{}` {}{technology}{region} (id {})", factor.value.normalize(), factor.unit, factor.id)
}
