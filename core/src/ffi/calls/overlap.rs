//! Has someone already claimed it?

use crate::ffi::call::calls;
use crate::overlap::{Claim, NewOverlap, Overlap};

calls! {
    /// The calls on claims that overlap.
    pub(in crate::ffi) CALLS: (), "", "overlap";

    #[call(slow, doc "overlap::Overlap::among")]
    find_conflicts(
        /// The claims, each with an id of its own.
        registrations: Vec<Claim<'_>>,
    ) -> Vec<Overlap<'_>> as conflicts => |_| Overlap::among(&registrations)?;
    #[call(doc "overlap::NewOverlap::with")]
    conflicts_with(
        /// The new claim.
        registration: Claim<'_>,
        /// The claims that are known, each with an id of its own.
        registrations: Vec<Claim<'_>>,
    ) -> Vec<NewOverlap<'_>> as conflicts => |_| NewOverlap::with(&registration, &registrations)?;
}
