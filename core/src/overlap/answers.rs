//! Claims that overlap, as they are told to whoever made the list: with both sides, not by their places alone.

use super::{Claim, OwnedColumns, conflicts_with};
use crate::named_values::named_values;
use crate::wire::record;
use crate::{Error, Period, Result, charger::SerialHash, order};

/// The most pairs that are told at once: a placeholder for a serial, such as `N/A`, on a few thousand claims makes millions.
const MOST_PAIRS: usize = 1_000_000;

named_values! {
    /// The kind of a conflict.
    ConflictKind {
        /// Both claim a day of one charger.
        Overlap => "overlap",
    }
}

record! {
    /// One side of an [`Overlap`], or the other side of a [`NewOverlap`].
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct OverlappingClaim<'a> {
        /// Where the claim stands in the list given, from 0.
        pub index: usize,
        /// Its id.
        pub public_id: &'a str,
        /// Who claims.
        pub organization: &'a str,
        /// The days claimed, both ends included.
        pub period: Period,
    }
}

record! {
    /// Two claims on one charger that share at least a day.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub struct Overlap<'a> {
        /// The kind: `overlap`.
        #[wire(name = "type", python = "type")]
        pub kind: ConflictKind,
        /// The charger.
        pub serial_hash: SerialHash,
        /// The days that both claim.
        pub shared_days: Period,
        /// Whether both claims are of one organisation.
        pub same_organization: bool,
        /// The claim that stands first in the list.
        pub first: OverlappingClaim<'a>,
        /// The claim that stands later in the list.
        pub second: OverlappingClaim<'a>,
    }
}

record! {
    /// What a new claim would overlap.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub struct NewOverlap<'a> {
        /// The kind: `overlap`.
        #[wire(name = "type", python = "type")]
        pub kind: ConflictKind,
        /// The days that both claim.
        pub shared_days: Period,
        /// The claim of the list.
        pub conflicting_registration: OverlappingClaim<'a>,
    }
}

impl<'a> Overlap<'a> {
    /// All pairs of a list that conflict, each once, ordered by where the two stand in the list.
    ///
    /// Two claims conflict when they name one charger, their periods share a day and neither is cancelled. An expired one
    /// still claims the days it covered, and an organisation's own overlaps count too. Takes time in proportion to
    /// `n log n` for `n` claims, plus the number of pairs.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Duplicate`](crate::ErrorCode::Duplicate) at `registrations[i].public_id` for an id that stands twice;
    /// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) at `registrations` for more than 1,000,000 pairs, as a
    /// placeholder for a serial makes them.
    ///
    /// ```
    /// use tierra::{Period, charger::identify, overlap::{Claim, Overlap}, registration::RegistrationStatus};
    /// let first = Claim {
    ///     public_id: "r1",
    ///     organization: "Green Miles",
    ///     charger: identify("KEBA", "22004711")?.serial_hash(),
    ///     period: Period::parse("2026-01-01", "2026-12-31")?,
    ///     status: RegistrationStatus::Active,
    /// };
    /// let second = Claim { public_id: "r2", period: Period::parse("2026-12-31", "2027-06-30")?, ..first };
    /// let claims = [first, second];
    /// let found = Overlap::among(&claims)?;
    /// assert_eq!((found[0].first.public_id, found[0].second.public_id), ("r1", "r2"));
    /// assert_eq!(found[0].shared_days.days(), 1);
    /// assert_eq!(Overlap::among(&[first, first]).unwrap_err().path(), "registrations[1].public_id");
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn among(claims: &[Claim<'a>]) -> Result<Vec<Self>> {
        refuse_repeated_ids(claims)?;
        let pairs = OwnedColumns::of(claims).borrow().conflicting_pairs(MOST_PAIRS);
        // Of columns it is the chargers that are too many alike.
        let pairs = pairs.map_err(|error| Error::new(error.code(), "registrations", error.message()))?;
        let overlap = |(first, second): (u32, u32)| Self::of(claims, first as usize, second as usize);
        Ok(pairs.into_iter().filter_map(overlap).collect())
    }

    fn of(claims: &[Claim<'a>], first: usize, second: usize) -> Option<Self> {
        let (one, other) = (claims.get(first)?, claims.get(second)?);
        Some(Self {
            kind: ConflictKind::Overlap,
            serial_hash: one.charger,
            shared_days: one.period.shared_days(&other.period)?,
            same_organization: one.organization == other.organization,
            first: OverlappingClaim::of(first, one),
            second: OverlappingClaim::of(second, other),
        })
    }
}

impl<'a> NewOverlap<'a> {
    /// What a new claim would conflict with in a list, in the order of the list.
    ///
    /// What a conflict is, [`Overlap::among`] says. A claim of the list with the new one's `public_id` is the new one itself
    /// and no conflict.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Duplicate`](crate::ErrorCode::Duplicate) at `registrations[i].public_id` for an id that stands twice in
    /// the list.
    ///
    /// ```
    /// use tierra::{Period, charger::identify, overlap::{Claim, NewOverlap}, registration::RegistrationStatus};
    /// let old = Claim {
    ///     public_id: "r1",
    ///     organization: "Green Miles",
    ///     charger: identify("KEBA", "22004711")?.serial_hash(),
    ///     period: Period::parse("2026-01-01", "2026-12-31")?,
    ///     status: RegistrationStatus::Expired,
    /// };
    /// let new = Claim { public_id: "r2", organization: "Volt Credits", ..old };
    /// let found = NewOverlap::with(&new, &[old])?;
    /// assert_eq!(found[0].conflicting_registration.organization, "Green Miles");
    /// assert!(NewOverlap::with(&old, &[old])?.is_empty());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn with(new: &Claim<'_>, claims: &[Claim<'a>]) -> Result<Vec<Self>> {
        refuse_repeated_ids(claims)?;
        let overlap = |(index, shared_days): (usize, Period)| {
            let other = claims.get(index).filter(|other| other.public_id != new.public_id)?;
            let conflicting_registration = OverlappingClaim::of(index, other);
            Some(Self { kind: ConflictKind::Overlap, shared_days, conflicting_registration })
        };
        Ok(conflicts_with(new, claims).into_iter().filter_map(overlap).collect())
    }
}

impl<'a> OverlappingClaim<'a> {
    fn of(index: usize, claim: &Claim<'a>) -> Self {
        let Claim { public_id, organization, period, .. } = *claim;
        Self { index, public_id, organization, period }
    }
}

fn refuse_repeated_ids(claims: &[Claim<'_>]) -> Result<()> {
    let ids = claims.iter().map(|claim| claim.public_id);
    order::refuse_repeat("public_id", ids).map_err(|error| error.under("registrations"))
}
