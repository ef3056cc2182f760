//! Allocation by columns, for millions of holders.

use super::largest_remainder::{self, TieBreak};
use super::{check_ties, no_weight};
use crate::{Error, ErrorCode, Result, order};

/// [`allocate_by`](super::allocate_by) by columns: whole minor units over whole weights, such as tokens in their smallest
/// unit, or unit-days.
///
/// The parts are in the order of the columns and add up to `total`, which may be negative.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `weights` when there is none above zero; [`ErrorCode::LengthMismatch`] at `ids`;
/// [`ErrorCode::Duplicate`] at `ids[i]`; those of `distribution`.
///
/// ```
/// use tierra::returns::{TieBreak, allocate_units};
/// let parts = allocate_units(-100, &[1, 1, 1], &["b", "a", "c"], TieBreak::ById)?;
/// assert_eq!(parts, [-33, -34, -33]);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn allocate_units(total: i64, weights: &[u64], ids: &[&str], ties: TieBreak<'_>) -> Result<Vec<i64>> {
    check_ties(ties)?;
    if ids.len() != weights.len() {
        let message =
            format!("has length {}, `weights` has length {}; expected equal lengths", ids.len(), weights.len());
        return Err(Error::new(ErrorCode::LengthMismatch, "ids", message));
    }
    if weights.iter().all(|weight| *weight == 0) {
        return Err(no_weight("weights"));
    }
    order::refuse_repeat("", ids.iter().copied()).map_err(|error| error.under("ids"))?;
    let weights: Vec<u128> = weights.iter().map(|weight| u128::from(*weight)).collect();
    let id = |place: usize| ids.get(place).copied().unwrap_or_default();
    let parts = largest_remainder::parts(total.unsigned_abs().into(), &weights, |places| ties.sort(places, id));
    // A part is at most the total, whose size fits.
    let signed = |part: u128| i64::try_from(part).map_or(i64::MIN, |part| if total < 0 { -part } else { part });
    Ok(parts.into_iter().map(signed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_say_what_is_wrong_with_them() {
        for (weights, ids, code, path) in [
            (&[][..], &[][..], ErrorCode::Empty, "weights"),
            (&[0, 0], &["a", "b"], ErrorCode::Empty, "weights"),
            (&[1], &["a", "b"], ErrorCode::LengthMismatch, "ids"),
            (&[1, 1, 1], &["a", "b", "a"], ErrorCode::Duplicate, "ids[2]"),
        ] {
            let error = allocate_units(1, weights, ids, TieBreak::ById).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{error}");
        }
    }

    #[test]
    fn the_ends_of_the_integers_hold() {
        let parts = allocate_units(i64::MIN, &[u64::MAX], &["a"], TieBreak::ById).unwrap();
        assert_eq!(parts, [i64::MIN]);
        let parts = allocate_units(i64::MAX, &[u64::MAX, u64::MAX], &["a", "b"], TieBreak::ById).unwrap();
        assert_eq!(parts, [i64::MAX / 2 + 1, i64::MAX / 2]);
    }
}
