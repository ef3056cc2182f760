//! How a query was resolved: which libraries were considered, which tiers were tried, and why each candidate was refused.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::factors::{Candidate, EmissionFactors};
use super::model::{EmissionFactor, EmissionFactorLibrary, SourceRow};
use super::resolve::{LibraryMatch, Resolution, ResolveQuery, ResolvedFactor};
use super::search::{Rank, ResolutionTier, Search};
use crate::named_values::named_values;
use crate::wire::{fields_of, record};
use crate::{Error, ErrorCode, Result};

named_values! {
    /// What became of a library in a resolution.
    LibraryOutcome {
        /// The query is answered from it.
        Chosen => "chosen",
        /// It is of a later year than the reporting year.
        Later => "later",
        /// A newer edition is not after the reporting year either.
        OlderEdition => "older_edition",
        /// A newer revision of the same year is there.
        OlderRevision => "older_revision",
        /// The query is pinned to another content.
        NotPinned => "not_pinned",
    }
}

named_values! {
    /// What became of a factor in a resolution.
    CandidateOutcome {
        /// It is the answer.
        Chosen => "chosen",
        /// It says the same as the answer: it has a larger id, or states the figure in another unit with fewer digits.
        Agrees => "agrees",
        /// It matches as closely as another one that says something else.
        Tied => "tied",
        /// Its region is neither the one asked for nor above it.
        OtherRegion => "other_region",
        /// Its unit is not the one asked for.
        OtherUnit => "other_unit",
        /// It is for another technology than the one asked for, or one of its tier matches the technology better.
        OtherTechnology => "other_technology",
        /// One of a closer tier or a nearer region matches.
        LowerTier => "lower_tier",
    }
}

/// A library, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsideredLibrary<'a> {
    /// The library.
    pub library: &'a EmissionFactorLibrary,
    /// The SHA-256 of its content, to which a query can be pinned.
    pub digest: [u8; 32],
    /// What became of it.
    pub outcome: LibraryOutcome,
}

record! {
    /// A tier that was tried, in one region.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct TriedTier {
        /// The tier.
        pub tier: ResolutionTier,
        /// The regions looked in: the one asked for, or those as many steps above it; none for the tier `global`.
        pub regions: Vec<String>,
        /// How many factors matched.
        pub matched: usize,
    }
}

/// A factor for the query's fuel, gas and category, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsideredFactor<'a> {
    /// The factor.
    pub factor: &'a EmissionFactor,
    /// What became of it.
    pub outcome: CandidateOutcome,
}

/// How a query was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation<'a> {
    /// The authority's libraries, the newest first.
    pub libraries: Vec<ConsideredLibrary<'a>>,
    /// How the chosen library's year relates to the reporting year.
    pub library_match: Option<LibraryMatch>,
    /// The tiers tried in order, up to the one that matched.
    pub tiers: Vec<TriedTier>,
    /// The chosen library's factors for the fuel, gas and category, in the order of the data.
    pub candidates: Vec<ConsideredFactor<'a>>,
    /// The answer, where there is one.
    pub resolved: Option<ResolvedFactor<'a>>,
    /// Why there is none, where that is more than that nothing matches: factors that tie, a digest that no library has, an
    /// excerpt that does not have the fuel and category.
    pub refused: Option<Error>,
}

fields_of! {
    camelCase ConsideredLibrary<'a> {
        /// The library's id.
        id: Uuid = |considered| considered.library.id,
        /// Its name.
        name: &str = |considered| &considered.library.name,
        /// The publisher's version.
        version: &str = |considered| &considered.library.version,
        /// The year of the edition.
        release_year: i32 = |considered| considered.library.release_year,
        digest: [u8; 32] = |considered| considered.digest,
        outcome: LibraryOutcome = |considered| considered.outcome,
    }
}

fields_of! {
    camelCase ConsideredFactor<'a> {
        /// The factor's id.
        factor_id: Uuid = |considered| considered.factor.id,
        /// The region the figure holds for.
        region: Option<&str> = |considered| considered.factor.region.as_deref(),
        /// The technology the figure holds for.
        technology: Option<&str> = |considered| considered.factor.technology.as_deref(),
        /// The figure, in `unit`.
        value: Decimal = |considered| considered.factor.value,
        /// Mass of gas per unit of activity.
        unit: &str = |considered| &considered.factor.unit,
        /// Where in the publication the figure stands.
        source: Option<&SourceRow> = |considered| considered.factor.source.as_ref(),
        outcome: CandidateOutcome = |considered| considered.outcome,
    }
}

fields_of! {
    camelCase Explanation<'a> {
        libraries: &[ConsideredLibrary<'_>] = |why| &why.libraries,
        library_match: Option<LibraryMatch> = |why| why.library_match,
        tiers: &[TriedTier] = |why| &why.tiers,
        candidates: &[ConsideredFactor<'_>] = |why| &why.candidates,
        resolved: Resolution<'_> = |why| Resolution(why.resolved),
        refused: Option<&Error> = |why| why.refused.as_ref(),
    }
}

impl EmissionFactors {
    /// How [`EmissionFactors::resolve`] answers a query, step by step: for auditors, and for whoever misses a factor.
    ///
    /// # Errors
    ///
    /// For a query that is no query: [`ErrorCode::OutOfRange`], [`ErrorCode::Empty`], [`ErrorCode::TooLong`]. Factors that
    /// tie are no error here but told in the answer.
    ///
    /// ```
    /// # #[cfg(feature = "reference-data")] {
    /// use tierra::emission::*;
    /// let factors = EmissionFactors::reference()?;
    /// let query = ResolveQuery::new(Authority::Egrid, 2025, "Electricity", "CO2", "Electricity");
    /// let why = factors.explain(&ResolveQuery { region: Some("VT"), ..query })?; // Vermont lies in New England's grid
    /// let tried: Vec<_> = why.tiers.iter().map(|tried| (tried.tier.as_str(), tried.regions.join(", "))).collect();
    /// assert_eq!(tried, [("regional", "VT".to_owned()), ("regional", "NEWE".to_owned())]);
    /// # }
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn explain(&self, query: &ResolveQuery<'_>) -> Result<Explanation<'_>> {
        let (resolved, refused) = match self.resolve(query) {
            Ok(None) if self.not_in_excerpt(query) => (None, Some(self.factor_not_found(query))),
            Ok(resolved) => (resolved, None),
            Err(error) if matches!(error.code(), ErrorCode::AmbiguousFactor | ErrorCode::DigestNotFound) => {
                (None, Some(error))
            }
            Err(error) => return Err(error),
        };
        let chosen = self.library_for(query).ok().flatten();
        let libraries = self.considered_libraries(query, chosen.map(|(at, _)| at));
        let library_match = chosen.map(|(_, found)| found);
        let mut explanation =
            Explanation { libraries, library_match, tiers: Vec::new(), candidates: Vec::new(), resolved, refused };
        if let Some((at, _)) = chosen {
            let search = self.search_in(at, query);
            let best = search.best_rank(self);
            explanation.tiers = self.tried_tiers(at, &search, best, query);
            let answer = resolved.map(|found| found.factor);
            let considered = search.candidates.iter().filter_map(|candidate| {
                let outcome = self.candidate_outcome(&search, *candidate, best, answer)?;
                Some(ConsideredFactor { factor: self.factor_at(candidate.place())?, outcome })
            });
            explanation.candidates = considered.collect();
        }
        Ok(explanation)
    }

    fn considered_libraries(&self, query: &ResolveQuery<'_>, chosen: Option<usize>) -> Vec<ConsideredLibrary<'_>> {
        let year_of = |at: usize| self.library_at(at).map(|library| library.release_year);
        let chosen_year = chosen.and_then(year_of);
        let outcome = |at: usize| match year_of(at) {
            _ if chosen == Some(at) => LibraryOutcome::Chosen,
            _ if query.library_digest.is_some() => LibraryOutcome::NotPinned,
            Some(year) if year > query.reporting_year => LibraryOutcome::Later,
            year if year == chosen_year => LibraryOutcome::OlderRevision,
            _ => LibraryOutcome::OlderEdition,
        };
        let editions = self.index.editions(query.authority).iter().rev();
        let considered = editions.filter_map(|at| {
            let (library, digest) = (self.library_at(*at)?, self.digest_at(*at)?);
            Some(ConsideredLibrary { library, digest, outcome: outcome(*at) })
        });
        considered.collect()
    }

    /// The tiers in the order in which they are tried, up to the one of the best rank.
    fn tried_tiers(
        &self,
        library: usize,
        search: &Search<'_>,
        best: Option<Rank>,
        query: &ResolveQuery<'_>,
    ) -> Vec<TriedTier> {
        let ranks: Vec<Rank> =
            search.candidates.iter().filter_map(|candidate| search.rank_by_unit(self, *candidate)).collect();
        let matched = |wanted: Rank| ranks.iter().filter(|rank| rank.same_tier(wanted)).count();
        let asked = query.region.into_iter().map(str::to_owned);
        let mut tried = Vec::new();
        let with_technology = query.technology.map(|_| ResolutionTier::Specific);
        let regional = with_technology.into_iter().chain([ResolutionTier::Regional]);
        let levels = if query.region.is_some() { 0..search.most_steps() + 1 } else { 0..0 };
        for steps in levels {
            for tier in regional.clone() {
                let regions: Vec<String> = match steps {
                    // As it was asked for, whether or not the library knows it.
                    0 => asked.clone().collect(),
                    _ => search
                        .regions_at(steps)
                        .filter_map(|name| self.written_in_tree(library, name))
                        .map(str::to_owned)
                        .collect(),
                };
                tried.push((Rank::of_tier(steps, tier), TriedTier { tier, regions, matched: 0 }));
            }
        }
        let global = TriedTier { tier: ResolutionTier::Global, regions: Vec::new(), matched: 0 };
        tried.push((Rank::without_region(), global));
        let end = best.and_then(|best| tried.iter().position(|(rank, _)| rank.same_tier(best)));
        let count = end.map_or(tried.len(), |at| at + 1);
        tried.into_iter().take(count).map(|(rank, tier)| TriedTier { matched: matched(rank), ..tier }).collect()
    }

    fn candidate_outcome(
        &self,
        search: &Search<'_>,
        candidate: Candidate,
        best: Option<Rank>,
        answer: Option<&EmissionFactor>,
    ) -> Option<CandidateOutcome> {
        let factor = self.factor_at(candidate.place())?;
        let Some(rank) = search.rank_by_unit(self, candidate) else {
            return Some(if search.region_match(candidate).is_none() {
                CandidateOutcome::OtherRegion
            } else if search.technology_match(candidate).is_none() {
                CandidateOutcome::OtherTechnology
            } else {
                CandidateOutcome::OtherUnit
            });
        };
        Some(match (best, answer) {
            (Some(best), Some(answer)) if rank == best && answer.id == factor.id => CandidateOutcome::Chosen,
            (Some(best), Some(_)) if rank == best => CandidateOutcome::Agrees,
            (Some(best), _) if rank == best => CandidateOutcome::Tied,
            (Some(best), _) if rank.same_tier(best) => CandidateOutcome::OtherTechnology,
            _ => CandidateOutcome::LowerTier,
        })
    }
}
