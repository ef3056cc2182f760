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
//!         public_id: serial,
//!         organization,
//!         charger: identify(vendor, serial)?.serial_hash(),
//!         period: Period::parse(start, end)?,
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

mod answers;
#[cfg(feature = "json")]
mod claim_table;
mod columns;
mod index;
mod pairs;

pub use answers::{ConflictKind, NewOverlap, Overlap, OverlappingClaim};
#[cfg(feature = "json")]
pub use claim_table::{CLAIM_FIELDS, ClaimTable};
pub use columns::ClaimColumns;
pub use index::PeriodIndex;
pub use pairs::PairBuffers;

use crate::wire::record;
use crate::{Period, charger::SerialHash, registration::RegistrationStatus};

record! {
    /// One organisation's claim on one charger for a period.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Claim<'a> {
        /// The id of the registration that claims, its own within a list: 1 to 255 characters. By it [`Overlap`] and
        /// [`NewOverlap`] name the claim; what answers by places in the list does not look at it.
        #[wire(chars = 1..=MAX_NAME, check = check_name)]
        pub public_id: &'a str,
        /// Who claims, 1 to 255 characters.
        #[wire(chars = 1..=MAX_NAME, check = check_name)]
        pub organization: &'a str,
        /// The charger, by the hash of [`identify`](crate::charger::identify).
        #[wire(name = "serial_hash", python = "serial_hash")]
        pub charger: SerialHash,
        /// The days claimed, both ends included.
        pub period: Period,
        /// A cancelled claim conflicts with nothing.
        pub status: RegistrationStatus,
    }
}

/// The longest id or name of a claim that is read, in characters.
#[cfg(feature = "json")]
const MAX_NAME: usize = 255;

#[cfg(feature = "json")]
fn check_name(name: &&str) -> crate::Result<()> {
    crate::text::check_text("", name, MAX_NAME, "a text of at least 1 character")
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
/// Takes time in proportion to `n log n` for `n` claims, plus the number of conflicts. Millions of claims are better
/// handed over as [`ClaimColumns`]. Of a list of more than 4,294,967,295 claims only so many are looked at.
#[must_use]
pub fn find_conflicts(claims: &[Claim<'_>]) -> Vec<ClaimConflict> {
    let conflict = |(first, second): (u32, u32)| {
        let (first, second) = (first as usize, second as usize);
        conflict((first, claims.get(first)?), (second, claims.get(second)?))
    };
    OwnedColumns::of(claims).borrow().sorted_pairs().into_iter().filter_map(conflict).collect()
}

/// How many conflicting pairs a list has, without holding them: a charger claimed `n` times over has `n·(n-1)/2`.
///
/// ```
/// use tierra::{Period, charger::identify, overlap::{Claim, count_conflicts}, registration::RegistrationStatus};
/// let claim = Claim {
///     public_id: "r1",
///     organization: "Green Miles",
///     charger: identify("KEBA", "22004711")?.serial_hash(),
///     period: Period::parse("2026-01-01", "2026-12-31")?,
///     status: RegistrationStatus::Active,
/// };
/// assert_eq!(count_conflicts(&[claim; 1000]), 499_500);
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn count_conflicts(claims: &[Claim<'_>]) -> usize {
    OwnedColumns::of(claims).borrow().count_pairs().try_into().unwrap_or(usize::MAX)
}

fn conflict(first: (usize, &Claim<'_>), second: (usize, &Claim<'_>)) -> Option<ClaimConflict> {
    Some(ClaimConflict {
        first: first.0,
        second: second.0,
        shared_days: first.1.period.shared_days(&second.1.period)?,
        same_organization: first.1.organization == second.1.organization,
    })
}

/// What a new claim conflicts with in a list: indices into the list and the shared days, ordered by index.
///
/// A cancelled claim conflicts with nothing. One look at each claim; who asks more than once makes a [`ClaimIndex`].
///
/// ```
/// use tierra::{Period, charger::identify, overlap::{Claim, conflicts_with}, registration::RegistrationStatus};
/// let old = Claim {
///     public_id: "r1",
///     organization: "Green Miles",
///     charger: identify("KEBA", "22004711")?.serial_hash(),
///     period: Period::parse("2026-01-01", "2026-12-31")?,
///     status: RegistrationStatus::Expired,
/// };
/// let new = Claim { period: Period::parse("2026-06-01", "2027-05-31")?, organization: "Volt Credits", ..old };
/// assert_eq!(conflicts_with(&new, &[old]), [(0, Period::parse("2026-06-01", "2026-12-31")?)]);
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn conflicts_with(new: &Claim<'_>, claims: &[Claim<'_>]) -> Vec<(usize, Period)> {
    let with = |(index, old): (usize, &Claim<'_>)| Some((index, days_claimed_twice(new, old)?));
    claims.iter().enumerate().filter_map(with).collect()
}

/// The definition of a conflict: the days that two claims on one charger share, where neither is cancelled.
fn days_claimed_twice(one: &Claim<'_>, other: &Claim<'_>) -> Option<Period> {
    let both_claim = one.status.claims() && other.status.claims();
    (both_claim && one.charger == other.charger).then(|| one.period.shared_days(&other.period))?
}

/// The columns of a list of claims.
#[derive(Debug)]
struct OwnedColumns {
    chargers: Vec<SerialHash>,
    starts: Vec<i32>,
    ends: Vec<i32>,
    cancelled: Vec<bool>,
}

impl OwnedColumns {
    fn of(claims: &[Claim<'_>]) -> Self {
        let claims = claims.iter().take(u32::MAX as usize);
        Self {
            chargers: claims.clone().map(|claim| claim.charger).collect(),
            starts: claims.clone().map(|claim| claim.period.start().to_epoch_days()).collect(),
            ends: claims.clone().map(|claim| claim.period.end().to_epoch_days()).collect(),
            cancelled: claims.map(|claim| !claim.status.claims()).collect(),
        }
    }

    fn borrow(&self) -> ClaimColumns<'_> {
        ClaimColumns::of_periods(&self.chargers, &self.starts, &self.ends, &self.cancelled)
    }
}

/// A list of claims, to be asked for its conflicts and, many times over, for those of a new claim.
///
/// For millions of claims there is [`PeriodIndex`], which holds nothing but what decides.
#[derive(Debug, Clone)]
pub struct ClaimIndex<'a> {
    claims: Vec<Claim<'a>>,
    periods: PeriodIndex,
}

impl<'a> ClaimIndex<'a> {
    /// Sorts the claims of a list; cancelled ones are left out.
    #[must_use]
    pub fn new(claims: &[Claim<'a>]) -> Self {
        Self { claims: claims.to_vec(), periods: PeriodIndex::new(&OwnedColumns::of(claims).borrow()) }
    }

    /// All conflicting pairs of the list, as [`find_conflicts`].
    #[must_use]
    pub fn conflicts(&self) -> Vec<ClaimConflict> {
        find_conflicts(&self.claims)
    }

    /// How many conflicting pairs the list has, as [`count_conflicts`].
    #[must_use]
    pub fn conflict_count(&self) -> usize {
        count_conflicts(&self.claims)
    }

    /// What a new claim conflicts with, as [`conflicts_with`], without a look at the claims of other chargers.
    ///
    /// ```
    /// use tierra::{Period, charger::identify, overlap::{Claim, ClaimIndex}, registration::RegistrationStatus};
    /// let old = Claim {
    ///     public_id: "r1",
    ///     organization: "Green Miles",
    ///     charger: identify("KEBA", "22004711")?.serial_hash(),
    ///     period: Period::parse("2026-01-01", "2026-12-31")?,
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
        let (start, end) = (new.period.start().to_epoch_days(), new.period.end().to_epoch_days());
        let mut found = Vec::new();
        self.periods.visit_conflicts(&new.charger, start, end, &mut |row| {
            let old = self.claims.get(row as usize);
            found.extend(old.and_then(|old| Some((row as usize, days_claimed_twice(new, old)?))));
        });
        found.sort_unstable_by_key(|(index, _)| *index);
        found
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
                    public_id: "",
                    organization: ["a", "b", "c"][who],
                    charger: SerialHash::from_bytes([charger; 32]),
                    period: Period::new(start, start + Days::new(days)).unwrap(),
                    status: RegistrationStatus::ALL[status],
                }
            });
        prop::collection::vec(one, 0..60)
    }

    /// Few chargers with many claims each, and many with few; hashes that agree in their first bits, and ones spread evenly.
    fn columns() -> impl Strategy<Value = OwnedColumns> {
        let row = (0_u64..1 << 20, 0_i32..400, 0_i32..90, prop::bool::weighted(0.1));
        let hash = |kind: usize, chargers: u64, seed: u64| {
            let mut bytes = [0; 32];
            let charger = seed % chargers;
            let spread = charger.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
            match kind {
                0 => bytes[..8].copy_from_slice(&spread.to_be_bytes()),
                // All in one bucket, told apart by the last byte only.
                1 => bytes[31] = charger as u8,
                // Some in one bucket, some tags alike.
                _ => bytes[charger as usize % 8] = charger as u8,
            }
            SerialHash::from_bytes(bytes)
        };
        (0_usize..3, 1_u64..200, prop::collection::vec(row, 0..600)).prop_map(move |(kind, chargers, rows)| {
            OwnedColumns {
                chargers: rows.iter().map(|row| hash(kind, chargers, row.0)).collect(),
                starts: rows.iter().map(|row| row.1).collect(),
                ends: rows.iter().map(|row| row.1 + row.2).collect(),
                cancelled: rows.iter().map(|row| row.3).collect(),
            }
        })
    }

    /// The definition over columns, with the later claims of a row in a list of their own.
    fn columns_by_definition(claims: &OwnedColumns) -> Vec<(u32, u32)> {
        let rows: Vec<_> = claims.borrow().rows().collect();
        let mut pairs = Vec::new();
        for (at, (first, charger, start, end)) in rows.iter().enumerate() {
            for (second, other, other_start, other_end) in &rows[at + 1..] {
                if charger == other && start <= other_end && other_start <= end {
                    pairs.push((*first, *second));
                }
            }
        }
        pairs
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

    proptest! {
        #[test]
        fn columns_give_what_the_definition_says(claims in columns()) {
            let (columns, expected) = (claims.borrow(), columns_by_definition(&claims));
            prop_assert_eq!(columns.count_pairs(), expected.len() as u64);
            let mut seen = Vec::new();
            columns.for_each_pair(|first, second| seen.push((first, second)));
            seen.sort_unstable();
            prop_assert_eq!(&seen, &expected);
            prop_assert_eq!(columns.conflicting_pairs(expected.len()).unwrap(), expected);
        }

        #[test]
        fn an_index_answers_as_the_definition(claims in columns(), inserted in 0_usize..600) {
            let OwnedColumns { chargers, starts, ends, cancelled } = &claims;
            let kept = chargers.len().saturating_sub(inserted);
            let loaded = ClaimColumns::new(&chargers[..kept], &starts[..kept], &ends[..kept]).unwrap();
            let mut index = PeriodIndex::new(&loaded.leaving_out(&cancelled[..kept]).unwrap());
            let mut rows: Vec<_> = (0..kept).filter(|row| !cancelled[*row]).collect();
            for row in 0..chargers.len() {
                let share_a_day = |other: &usize| starts[row] <= ends[*other] && starts[*other] <= ends[row];
                let conflicts = |other: &usize| chargers[row] == chargers[*other] && share_a_day(other);
                let expected: Vec<u32> = rows.iter().filter(|other| conflicts(other)).map(|other| *other as u32).collect();
                prop_assert_eq!(index.conflicts_with(&chargers[row], starts[row], ends[row]).unwrap(), expected);
                if row >= kept {
                    prop_assert_eq!(index.insert(&chargers[row], starts[row], ends[row]).unwrap() as usize, row);
                    rows.push(row);
                }
            }
            prop_assert_eq!(index.len(), chargers.len());
        }
    }

    /// Enough claims for several partitions, against a sort of all of them.
    #[test]
    fn partitions_lose_nothing() {
        let mut seed = 1_u64;
        let mut next = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let charger = |n: u64| SerialHash::of("KEBA", &n.to_string());
        let chargers: Vec<_> = (0..40_000).map(|_| charger(next(8000))).collect();
        let starts: Vec<_> = chargers.iter().map(|_| next(3000) as i32).collect();
        let ends: Vec<_> = starts.iter().map(|start| start + next(300) as i32).collect();
        let columns = ClaimColumns::new(&chargers, &starts, &ends).unwrap();
        let mut sorted: Vec<usize> = (0..chargers.len()).collect();
        sorted.sort_by_key(|row| (chargers[*row], starts[*row]));
        let mut expected = Vec::new();
        for group in sorted.chunk_by(|a, b| chargers[*a] == chargers[*b]) {
            for (at, first) in group.iter().enumerate() {
                let later = group[at + 1..].iter().take_while(|later| starts[**later] <= ends[*first]);
                expected.extend(later.map(|later| (*first.min(later) as u32, *first.max(later) as u32)));
            }
        }
        expected.sort_unstable();
        assert!(expected.len() > 5000);
        assert_eq!(columns.conflicting_pairs(usize::MAX).unwrap(), expected);
    }

    #[test]
    fn one_charger_claimed_a_million_times_is_counted_at_once() {
        let chargers = vec![SerialHash::of("KEBA", "NA"); 1 << 20];
        let (starts, ends) = (vec![0; 1 << 20], vec![10; 1 << 20]);
        let claims = ClaimColumns::new(&chargers, &starts, &ends).unwrap();
        assert_eq!(claims.count_pairs(), ((1_u64 << 20) * ((1 << 20) - 1)) / 2);
        assert_eq!(claims.conflicting_pairs(1000).unwrap_err().path(), "chargers");
    }

    #[test]
    fn an_index_refuses_days_that_no_period_has() {
        let mut index = PeriodIndex::new(&ClaimColumns::new(&[], &[], &[]).unwrap());
        let charger = SerialHash::of("KEBA", "1");
        assert!(index.is_empty());
        assert_eq!(index.conflicts_with(&charger, 2, 1).unwrap_err().path(), "start");
        assert_eq!(index.insert(&charger, 1, 3_000_000).unwrap_err().path(), "end");
        assert_eq!(index.insert(&charger, 1, 2).unwrap(), 0);
    }
}
