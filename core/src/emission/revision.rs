//! Which of two editions is the newer one.

use std::cmp::Ordering;

use super::model::EmissionFactorLibrary;
use crate::text;

/// Orders two editions: by year, then by publication, then by version with numbers compared as numbers. The id settles
/// what is left, so that the order of the input never decides.
pub(super) fn by_revision(left: &EmissionFactorLibrary, right: &EmissionFactorLibrary) -> Ordering {
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
