//! Has someone already claimed it? Registrations of one charger whose periods share a day.
//!
//! Two registrations conflict when they name the same charger, their periods share a day and neither is cancelled. An
//! expired one still claims the days it covered, and an organisation's own overlaps count too (DECISIONS 4).
//!
//! ```
//! use tierra::{Period, charger::identify, overlap::{Claim, find_conflicts}, registration::RegistrationStatus};
//!
//! let claim = |vendor, serial, organization, start, end| -> tierra::Result<Claim> {
//!     Ok(Claim {
//!         charger: identify(vendor, serial)?.serial_hash(),
//!         period: Period::parse(start, end)?,
//!         organization,
//!         status: RegistrationStatus::Active,
//!     })
//! };
//! let claims = [
//!     claim("Wallbox", "WBX-1", "Green Miles", "2026-01-01", "2026-12-31")?,
//!     claim("Wall Box Chargers", "wbx 1", "Volt Credits", "2026-12-31", "2027-12-31")?,
//! ];
//! let conflicts = find_conflicts(&claims);
//! assert_eq!((conflicts[0].first, conflicts[0].second), (0, 1));
//! assert_eq!(conflicts[0].shared_days, Period::parse("2026-12-31", "2026-12-31")?);
//! # Ok::<(), tierra::Error>(())
//! ```

use crate::{Period, charger::SerialHash, order, registration::RegistrationStatus};

/// One organisation's claim on one charger for a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim<'a> {
    /// The charger, by the hash of [`identify`](crate::charger::identify).
    pub charger: SerialHash,
    /// The days claimed, both ends included.
    pub period: Period,
    /// Who claims.
    pub organization: &'a str,
    /// A cancelled claim conflicts with nothing.
    pub status: RegistrationStatus,
}

/// Two claims on one charger that share at least a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ClaimConflict {
    /// The index of the claim that stands first in the list.
    pub first: usize,
    /// The index of the claim that stands later in the list.
    pub second: usize,
    /// The days that both claim.
    pub shared_days: Period,
    /// Whether both claims are of one organisation.
    pub same_organization: bool,
}

/// All conflicting pairs of a list, each once, ordered by the indices of the pair.
///
/// Takes time in proportion to `n log n` for `n` claims, plus the number of conflicts.
#[must_use]
pub fn find_conflicts(claims: &[Claim<'_>]) -> Vec<ClaimConflict> {
    ClaimIndex::new(claims).conflicts()
}

/// How many conflicting pairs a list has, without holding them: a charger claimed `n` times over has `n·(n-1)/2`.
///
/// ```
/// use tierra::{Period, charger::identify, overlap::{Claim, count_conflicts}, registration::RegistrationStatus};
/// let claim = Claim {
///     charger: identify("KEBA", "22004711")?.serial_hash(),
///     period: Period::parse("2026-01-01", "2026-12-31")?,
///     organization: "Green Miles",
///     status: RegistrationStatus::Active,
/// };
/// assert_eq!(count_conflicts(&[claim; 1000]), 499_500);
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn count_conflicts(claims: &[Claim<'_>]) -> usize {
    ClaimIndex::new(claims).conflict_count()
}

fn conflict(left: (usize, &Claim<'_>), right: (usize, &Claim<'_>)) -> Option<ClaimConflict> {
    let shared_days = left.1.period.shared_days(&right.1.period)?;
    Some(ClaimConflict {
        first: left.0.min(right.0),
        second: left.0.max(right.0),
        shared_days,
        same_organization: left.1.organization == right.1.organization,
    })
}

/// A list of claims, sorted once, to be asked for its conflicts and for those of a new claim.
#[derive(Debug, Clone)]
pub struct ClaimIndex<'a> {
    /// Claims that claim, with their index in the list, sorted by charger and start.
    sorted: Vec<(usize, Claim<'a>)>,
}

impl<'a> ClaimIndex<'a> {
    /// Sorts the claims of a list; cancelled ones are left out.
    #[must_use]
    pub fn new(claims: &[Claim<'a>]) -> Self {
        let mut sorted: Vec<_> =
            claims.iter().copied().enumerate().filter(|(_, claim)| claim.status.claims()).collect();
        sorted.sort_unstable_by_key(|(index, claim)| (claim.charger, claim.period.start(), *index));
        Self { sorted }
    }

    /// All conflicting pairs of the list, as [`find_conflicts`].
    #[must_use]
    pub fn conflicts(&self) -> Vec<ClaimConflict> {
        let mut conflicts = Vec::new();
        for group in self.by_charger() {
            for (at, (earlier_index, earlier)) in group.iter().enumerate() {
                let later = group.iter().skip(at + 1);
                // Sorted by start: the first that starts after the end closes the run.
                for (later_index, later) in later.take_while(|(_, later)| later.period.start() <= earlier.period.end())
                {
                    conflicts.extend(conflict((*earlier_index, earlier), (*later_index, later)));
                }
            }
        }
        conflicts.sort_unstable_by_key(|conflict| (conflict.first, conflict.second));
        conflicts
    }

    /// How many conflicting pairs the list has, as [`count_conflicts`].
    #[must_use]
    pub fn conflict_count(&self) -> usize {
        let in_group = |group: &[(usize, Claim<'_>)]| -> usize {
            let starting_within = |at: usize, earlier: &Claim<'_>| {
                group.partition_point(|(_, claim)| claim.period.start() <= earlier.period.end()).saturating_sub(at + 1)
            };
            group.iter().enumerate().map(|(at, (_, earlier))| starting_within(at, earlier)).sum()
        };
        self.by_charger().map(in_group).sum()
    }

    /// The claims of each charger, sorted by start.
    fn by_charger(&self) -> impl Iterator<Item = &[(usize, Claim<'a>)]> {
        self.sorted.chunk_by(|left, right| left.1.charger == right.1.charger)
    }

    /// What a new claim conflicts with: indices into the list and the shared days, ordered by index.
    ///
    /// A cancelled claim conflicts with nothing.
    ///
    /// ```
    /// use tierra::{Period, charger::identify, overlap::{Claim, ClaimIndex}, registration::RegistrationStatus};
    /// let old = Claim {
    ///     charger: identify("KEBA", "22004711")?.serial_hash(),
    ///     period: Period::parse("2026-01-01", "2026-12-31")?,
    ///     organization: "Green Miles",
    ///     status: RegistrationStatus::Expired,
    /// };
    /// let new = Claim { period: Period::parse("2026-06-01", "2027-05-31")?, organization: "Volt Credits", ..old };
    /// let found = ClaimIndex::new(&[old]).conflicts_with(&new);
    /// assert_eq!((found[0].0, found[0].1.days()), (0, 214));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn conflicts_with(&self, new: &Claim<'_>) -> Vec<(usize, Period)> {
        if !new.status.claims() {
            return Vec::new();
        }
        let from = self.sorted.partition_point(|(_, claim)| claim.charger < new.charger);
        let same_charger = self.sorted.iter().skip(from).take_while(|(_, claim)| claim.charger == new.charger);
        let found: Vec<_> = same_charger
            .take_while(|(_, claim)| claim.period.start() <= new.period.end())
            .filter_map(|(index, claim)| Some((*index, claim.period.shared_days(&new.period)?)))
            .collect();
        let by_index = order::ranked_by(&found, |(left, _), (right, _)| left.cmp(right));
        by_index.into_iter().filter_map(|at| found.get(at).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, NaiveDate};
    use proptest::prelude::*;

    fn claims() -> impl Strategy<Value = Vec<Claim<'static>>> {
        let one =
            (0_u8..4, 0_u64..60, 0_u64..20, 0_usize..3, 0_usize..4).prop_map(|(charger, start, days, who, status)| {
                let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(start);
                Claim {
                    charger: SerialHash::from_bytes([charger; 32]),
                    period: Period::new(start, start + Days::new(days)).unwrap(),
                    organization: ["a", "b", "c"][who],
                    status: RegistrationStatus::ALL[status],
                }
            });
        prop::collection::vec(one, 0..60)
    }

    /// The definition, pair by pair: the reference that the sweep must agree with.
    fn by_definition(claims: &[Claim<'_>]) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (i, a) in claims.iter().enumerate() {
            for (j, b) in claims.iter().enumerate().skip(i + 1) {
                let neither_cancelled =
                    a.status != RegistrationStatus::Cancelled && b.status != RegistrationStatus::Cancelled;
                if a.charger == b.charger && neither_cancelled && a.period.overlaps(&b.period) {
                    pairs.push((i, j));
                }
            }
        }
        pairs
    }

    proptest! {
        #[test]
        fn the_sweep_finds_what_the_definition_says(claims in claims()) {
            let found: Vec<_> = find_conflicts(&claims).iter().map(|c| (c.first, c.second)).collect();
            prop_assert_eq!(count_conflicts(&claims), found.len());
            prop_assert_eq!(found, by_definition(&claims));
        }

        #[test]
        fn one_claim_against_the_rest_agrees_with_all_pairs(claims in claims()) {
            let Some((new, rest)) = claims.split_last() else { return Ok(()) };
            let found: Vec<_> = ClaimIndex::new(rest).conflicts_with(new).into_iter().map(|(index, _)| index).collect();
            let expected: Vec<_> =
                by_definition(&claims).into_iter().filter(|(_, j)| *j == rest.len()).map(|(i, _)| i).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
