//! Every real root of a sum of exponentials, each in a bracket.
//!
//! The bounds of `bounds.rs` say of an interval that it is
//!
//! - empty: the value in the middle exceeds all that it can move,
//! - monotone, hence with at most one root: the slope does,
//! - flat: all of it stays within 1e-12 of the flows' size, where it cannot be told from zero,
//! - or none of these, and then it is halved.
//!
//! A run of flat intervals, or of ones that shrink to nothing without an answer, is one root, of any multiplicity. The rule
//! of signs, which holds for real exponents as for whole ones, bounds the roots, those that only touch zero counted twice.

use super::bounds::{Bounds, TOUCHING};
use super::multiple::root_of_run;
use super::terms::Terms;
use crate::order;

/// ln(2⁻⁵³): below it, 1 + rate is no `f64` other than 0.
const LOWEST: f64 = -36.736_800_569_677_1;
/// ln of the largest `f64`: above it, the rate is none.
const HIGHEST: f64 = 709.782_712_893_384;
/// Half the width at which an undecided interval is taken as a point.
const NARROWEST: f64 = 6e-8;

/// How many terms a search may weigh, intervals times flows: some seconds.
const MOST_WORK: usize = 50_000_000;
/// How many intervals a search may look at: a tenth of a second for a handful of flows, of which none was seen to need more
/// than some thousands.
const MOST_INTERVALS: usize = 250_000;

/// All x in the range of `f64` rates at which the sum of `amount·exp(-time·x)` is zero, ascending; `None` when the search
/// would take too long.
pub(super) fn all_roots(terms: &Terms) -> Option<Vec<f64>> {
    match terms.sign_changes() {
        0 => Some(Vec::new()),
        // One change, one root.
        1 => Some(only_root(terms).into_iter().collect()),
        changes => search(terms, changes),
    }
}

fn only_root(terms: &Terms) -> Option<f64> {
    let mut scratch = Vec::with_capacity(terms.len());
    let at_zero = terms.at(0.0, &mut scratch).sign();
    if at_zero == 0.0 {
        return Some(0.0);
    }
    // For large x the earliest flow decides the sign.
    let earliest = terms.amounts.first()?.signum();
    let (limit, direction) = if at_zero == earliest { (LOWEST, -1.0) } else { (HIGHEST, 1.0) };
    let (mut near, mut reach) = (0.0_f64, 0.125);
    loop {
        let far: f64 = if reach < limit * direction { reach * direction } else { limit };
        if terms.at(far, &mut scratch).sign() != at_zero {
            return Some(refine(terms, near.min(far), near.max(far), &mut scratch));
        }
        if far == limit {
            return None;
        }
        near = far;
        reach *= 2.0;
    }
}

/// A run of intervals that cannot be told from zero.
struct Run {
    from: f64,
    to: f64,
    /// The value within it that is nearest to zero, relative to the flows' size there.
    nearest: f64,
}

fn search(terms: &Terms, changes: usize) -> Option<Vec<f64>> {
    let mut scratch = Vec::with_capacity(terms.len());
    let mut crossing = Vec::new();
    let mut touching: Vec<Run> = Vec::new();
    let mut intervals = vec![(LOWEST, HIGHEST)];
    let mut looked_at = 0;
    while let Some((from, to)) = intervals.pop() {
        looked_at += 1;
        if looked_at > MOST_INTERVALS || looked_at * terms.len() > MOST_WORK {
            return None;
        }
        let half = (to - from) / 2.0;
        let middle = from + half;
        let bounds = Bounds::over(terms, middle, half, &mut scratch);
        if bounds.exclude_roots() {
            continue;
        }
        let monotone = bounds.are_monotone();
        let run = Run { from, to, nearest: bounds.value.abs() / bounds.size };
        if !monotone && bounds.are_flat() {
            touching.push(run);
            continue;
        }
        let narrow = half < NARROWEST * (1.0 + middle.abs());
        if !narrow && !monotone {
            intervals.push((middle, to));
            intervals.push((from, middle));
            continue;
        }
        let (left, right) = (terms.at(from, &mut scratch).sign(), terms.at(to, &mut scratch).sign());
        if left == 0.0 {
            crossing.push(from);
        } else if left * right < 0.0 {
            crossing.push(refine(terms, from, to, &mut scratch));
        } else if narrow && right != 0.0 && run.nearest <= TOUCHING {
            touching.push(run);
        }
    }
    crossing.dedup_by(|later, earlier| is_one_root(*earlier, *later));
    let touching = joined(terms, touching, &mut scratch);
    // Each counts twice at least. Beyond what the signs allow, the values that are farthest from zero are none.
    let most = changes.saturating_sub(crossing.len()).div_ceil(2);
    let nearest_first = order::ranked_by(&touching, |left, right| left.nearest.total_cmp(&right.nearest));
    let mut roots = crossing;
    for run in nearest_first.into_iter().take(most).filter_map(|at| touching.get(at)) {
        let root = root_of_run(terms, run.from, run.to, changes);
        let at = roots.partition_point(|earlier| *earlier < root);
        roots.insert(at, root);
    }
    roots.dedup_by(|later, earlier| is_one_root(*earlier, *later));
    Some(roots)
}

fn is_one_root(earlier: f64, later: f64) -> bool {
    (later - earlier).abs() <= 1e-14 * (1.0 + earlier.abs())
}

/// The runs of which nothing between them tells them apart made one.
fn joined(terms: &Terms, intervals: Vec<Run>, scratch: &mut Vec<f64>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for next in intervals {
        match runs.last_mut() {
            Some(run) if stays_near_zero(terms, run.to, next.from, scratch) => {
                run.to = next.to;
                run.nearest = run.nearest.min(next.nearest);
            }
            _ => runs.push(next),
        }
    }
    runs
}

/// Whether the value between two touching intervals is as near to zero as within them.
fn stays_near_zero(terms: &Terms, from: f64, to: f64, scratch: &mut Vec<f64>) -> bool {
    let gap = Bounds::over(terms, from + (to - from) / 2.0, 0.0, scratch);
    to - from <= NARROWEST || gap.value.abs() <= TOUCHING * gap.size
}

/// The root in an interval at whose ends the signs differ: Newton's method, kept within the shrinking bracket.
fn refine(terms: &Terms, mut from: f64, mut to: f64, scratch: &mut Vec<f64>) -> f64 {
    const STEPS: usize = 200;
    let at_from = terms.at(from, scratch).sign();
    let mut x = from + (to - from) / 2.0;
    let mut last_step = f64::INFINITY;
    for _ in 0..STEPS {
        let point = terms.at(x, scratch);
        if point.value == 0.0 {
            return x;
        }
        if point.sign() == at_from {
            from = x
        } else {
            to = x
        }
        let newton = x - point.value / point.slope;
        if (newton - x).abs() <= f64::EPSILON * x.abs() {
            return newton;
        }
        let next = if newton > from && newton < to { newton } else { from + (to - from) / 2.0 };
        let step = (next - x).abs();
        let settled = step <= f64::EPSILON * x.abs() || (step >= last_step && step <= 1e-13 * (1.0 + x.abs()));
        if settled {
            return next;
        }
        last_step = step;
        x = next;
    }
    x
}
#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Amounts for which every yearly rate in `rates` is a root: the product of (1+r)·v - 1 over the rates.
    fn with_roots(rates: &[f64]) -> Vec<f64> {
        let mut amounts = vec![1.0];
        for rate in rates {
            let mut next = vec![0.0; amounts.len() + 1];
            for (power, amount) in amounts.iter().enumerate() {
                next[power] -= amount;
                next[power + 1] += amount * (1.0 + rate);
            }
            amounts = next;
        }
        amounts
    }

    fn rates(amounts: &[f64]) -> Vec<f64> {
        let terms = Terms::of((0_u32..).map(f64::from).zip(amounts.iter().copied()));
        all_roots(&terms).unwrap().into_iter().map(libm::expm1).collect()
    }

    #[test]
    fn a_double_root_is_found_once() {
        let found = rates(&with_roots(&[0.1, 0.1]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0] - 0.1).abs() < 1e-7, "{found:?}");
    }

    #[test]
    fn a_root_of_high_multiplicity_is_one_root() {
        for multiplicity in 2..=20 {
            let found = rates(&with_roots(&vec![0.0; multiplicity]));
            assert_eq!(found.len(), 1, "{multiplicity}: {found:?}");
            // The higher the multiplicity, the wider the stretch that cannot be told from zero.
            let reach = 2.0 * TOUCHING.powf(1.0 / multiplicity as f64);
            assert!(found[0].abs() < reach, "{multiplicity}: {found:?}");
        }
    }

    #[test]
    fn a_near_miss_is_no_root() {
        let mut amounts = with_roots(&[0.1, 0.1]);
        amounts[0] += 1e-9 * amounts[0].signum();
        assert!(rates(&amounts).is_empty());
    }

    #[test]
    fn three_roots_are_told_apart() {
        let found = rates(&with_roots(&[0.1, 0.2, 0.3]));
        assert_eq!(found.len(), 3, "{found:?}");
        for (rate, expected) in found.iter().zip([0.1, 0.2, 0.3]) {
            assert!((rate - expected).abs() < 1e-10, "{found:?}");
        }
    }

    proptest! {
        #[test]
        fn planted_roots_come_back(mut planted in prop::collection::vec(-90_i32..400, 2..5)) {
            planted.sort_unstable();
            // Nearer roots than 5 points would be blurred by the rounding of the planted amounts.
            prop_assume!(planted.windows(2).all(|pair| pair[1] - pair[0] >= 5));
            let planted: Vec<f64> = planted.into_iter().map(|percent| f64::from(percent) / 100.0).collect();
            let found = rates(&with_roots(&planted));
            prop_assert_eq!(found.len(), planted.len(), "{:?} of {:?}", found, planted);
            for (rate, expected) in found.iter().zip(&planted) {
                prop_assert!((rate - expected).abs() < 1e-6, "{:?} of {:?}", found, planted);
            }
        }
    }
}
