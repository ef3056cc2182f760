//! The candidates of a query in one library, and how closely each matches.

use super::factors::{Candidate, EmissionFactors, Name};
use crate::named_values::named_values;

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

/// The candidates for a query in one library, and how each is ranked.
pub(super) struct Search<'a> {
    /// The library's factors for the query's fuel, gas and category.
    pub(super) candidates: &'a [Candidate],
    pub(super) region: Option<Name>,
    /// The region and those above it in the library's tree; nothing where the tree does not have it.
    pub(super) above: &'a [(Name, u32)],
    pub(super) technology: Option<Name>,
    pub(super) factor_unit: Option<&'a str>,
}

/// How closely a candidate matches, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Steps up the tree of regions; [`Rank::NO_REGION`] for a factor without a region.
    steps: u32,
    pub(super) tier: ResolutionTier,
    pub(super) technology: TechnologyMatch,
}

/// Equal technology before a factor for any. Another one than the one asked for never matches (DECISIONS 13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TechnologyMatch {
    /// The one asked for, or none where none was asked for.
    Equal,
    /// One was asked for; the factor holds for any.
    Ignored,
    /// None was asked for; the factor holds for one alone.
    NotAsked,
}

impl Rank {
    const NO_REGION: u32 = u32::MAX;

    /// How many steps up the tree of regions.
    pub(super) fn region_steps(self) -> u32 {
        if self.steps == Self::NO_REGION { 0 } else { self.steps }
    }

    /// A rank of a tier, some steps up the tree of regions.
    pub(super) fn of_tier(steps: u32, tier: ResolutionTier) -> Self {
        Self { steps, tier, technology: TechnologyMatch::Equal }
    }

    /// A rank of a factor without a region.
    pub(super) fn without_region() -> Self {
        Self::of_tier(Self::NO_REGION, ResolutionTier::Global)
    }

    /// Whether both are of one tier and one step.
    pub(super) fn same_tier(self, other: Self) -> bool {
        (self.steps, self.tier) == (other.steps, other.tier)
    }
}

impl Search<'_> {
    /// How a factor's technology matches; `None` for another one than the one asked for.
    pub(super) fn technology_match(&self, candidate: Candidate) -> Option<TechnologyMatch> {
        match (self.technology, candidate.technology) {
            (None, None) => Some(TechnologyMatch::Equal),
            (Some(_), None) => Some(TechnologyMatch::Ignored),
            (None, Some(_)) => Some(TechnologyMatch::NotAsked),
            (Some(asked), Some(own)) => (asked == own).then_some(TechnologyMatch::Equal),
        }
    }

    /// How many steps up the tree a factor's region is, [`Rank::NO_REGION`] without one; `None` for another region.
    pub(super) fn region_match(&self, candidate: Candidate) -> Option<u32> {
        let Some(region) = candidate.region else { return Some(Rank::NO_REGION) };
        if Some(region) == self.region {
            return Some(0);
        }
        self.above.iter().find(|(name, _)| *name == region).map(|(_, steps)| *steps)
    }

    /// How closely a factor's region and technology match; `None` for another region or technology.
    fn rank(&self, candidate: Candidate) -> Option<Rank> {
        let (steps, technology) = (self.region_match(candidate)?, self.technology_match(candidate)?);
        if steps == Rank::NO_REGION {
            return Some(Rank { steps, tier: ResolutionTier::Global, technology });
        }
        let specific = self.technology.is_some() && technology == TechnologyMatch::Equal;
        let tier = if specific { ResolutionTier::Specific } else { ResolutionTier::Regional };
        Some(Rank { steps, tier, technology })
    }

    /// [`Search::rank`] of a factor that has the unit asked for.
    pub(super) fn rank_by_unit(&self, factors: &EmissionFactors, candidate: Candidate) -> Option<Rank> {
        if self.factor_unit.is_some_and(|asked| !factors.has_unit(candidate.place(), asked)) {
            return None;
        }
        self.rank(candidate)
    }

    pub(super) fn best_rank(&self, factors: &EmissionFactors) -> Option<Rank> {
        self.closest(factors).map(|(rank, _, _)| rank)
    }

    /// The rank of the closest candidates, where the first of them stands, and whether it is the only one.
    pub(super) fn closest(&self, factors: &EmissionFactors) -> Option<(Rank, usize, bool)> {
        let mut closest: Option<(Rank, usize, bool)> = None;
        for candidate in self.candidates {
            let Some(rank) = self.rank_by_unit(factors, *candidate) else { continue };
            match &mut closest {
                Some((best, _, _)) if *best < rank => {}
                Some((best, _, alone)) if *best == rank => *alone = false,
                _ => closest = Some((rank, candidate.place(), true)),
            }
        }
        closest
    }

    /// Whether the library has nothing by one of the query's texts, which then may be no name at all.
    pub(super) fn has_unknown_text(&self) -> bool {
        let unknown = Some(Name::UNKNOWN);
        self.candidates.is_empty() || self.region == unknown || self.technology == unknown
    }

    /// The places of the candidates of one rank.
    pub(super) fn group<'s>(&'s self, factors: &'s EmissionFactors, rank: Rank) -> impl Iterator<Item = usize> + 's {
        let of_rank = move |candidate: &&Candidate| self.rank_by_unit(factors, **candidate) == Some(rank);
        self.candidates.iter().filter(of_rank).map(|candidate| candidate.place())
    }

    /// The regions asked for at a number of steps up the tree.
    pub(super) fn regions_at(&self, steps: u32) -> impl Iterator<Item = Name> + '_ {
        let own = self.region.filter(|_| steps == 0 && self.above.is_empty());
        own.into_iter().chain(self.above.iter().filter(move |(_, at)| *at == steps).map(|(name, _)| *name))
    }

    /// How many steps up the tree goes.
    pub(super) fn most_steps(&self) -> u32 {
        self.above.iter().map(|(_, steps)| *steps).max().unwrap_or(0)
    }
}
