//! Sorting by rank and finding what stands twice, each compiled once.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::{Error, ErrorCode, Result, text};

/// The places of the first key that stands twice: where it stood first, and where again.
pub(crate) fn first_repeat<'a>(keys: impl ExactSizeIterator<Item = &'a [u8]>) -> Option<(usize, usize)> {
    let mut first_at = HashMap::with_capacity(keys.len());
    find_repeat(&mut first_at, &mut keys.enumerate())
}

fn find_repeat<'a>(
    first_at: &mut HashMap<&'a [u8], usize>,
    keys: &mut dyn Iterator<Item = (usize, &'a [u8])>,
) -> Option<(usize, usize)> {
    for (index, key) in keys {
        if let Some(first) = first_at.insert(key, index) {
            return Some((first, index));
        }
    }
    None
}

/// Refuses a list in which two items have one id; `field` is the field's name.
pub(crate) fn refuse_repeat<'a>(field: &str, ids: impl ExactSizeIterator<Item = &'a str> + Clone) -> Result<()> {
    if all_differ(ids.clone()) {
        return Ok(());
    }
    let Some((first, again)) = first_repeat(ids.clone().map(str::as_bytes)) else { return Ok(()) };
    let mut ids = ids;
    Err(repeat_error(field, ids.nth(again).unwrap_or_default(), first, again))
}

/// Whether texts differ for certain: by hashes that are sorted, which takes a fraction of the time of a map. Where two hashes
/// are one, nothing is said; who makes texts of one hash on purpose gets the map.
fn all_differ<'a>(texts: impl ExactSizeIterator<Item = &'a str>) -> bool {
    let mut hashes: Vec<u64> = texts.map(|text| FxBuildHasher.hash_one(text)).collect();
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| matches!(pair, [left, right] if left != right))
}

/// The error for an id that stands at two places of a list.
pub(crate) fn repeat_error(field: &str, id: &str, first: usize, again: usize) -> Error {
    let message = format!("`{}` is the id of [{first}] too; expected an id of its own", text::excerpt(id));
    Error::new(ErrorCode::Duplicate, field, message).at_index(again)
}

/// The indices of `items` in ascending order of the items; equal ones stay in their order.
pub(crate) fn ranked<T: Ord>(items: &[T]) -> Vec<usize> {
    ranked_by(items, T::cmp)
}

/// [`ranked`] by another comparison.
pub(crate) fn ranked_by<T>(items: &[T], compare: impl Fn(&T, &T) -> Ordering) -> Vec<usize> {
    rank(items.len(), &|left, right| match (items.get(left), items.get(right)) {
        (Some(left), Some(right)) => compare(left, right),
        _ => Ordering::Equal,
    })
}

/// One sort for all types: each of its own would add 4 KB to the browser module. Not for long lists: a comparison costs
/// a call.
fn rank(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..length).collect();
    indices.sort_unstable_by(|left, right| compare(*left, *right).then(left.cmp(right)));
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_found() {
        assert!(refuse_repeat("id", ["a", "b", "ab", ""].into_iter()).is_ok());
        let error = refuse_repeat("id", ["a", "b", "c", "b", "a"].into_iter()).unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::Duplicate, "[3].id"));
    }

    #[test]
    fn equal_items_stay_in_order() {
        assert_eq!(ranked(&["b", "a", "b", "a"]), [1, 3, 0, 2]);
        assert_eq!(ranked_by(&[1, 2, 3], |a, b| b.cmp(a)), [2, 1, 0]);
    }
}
