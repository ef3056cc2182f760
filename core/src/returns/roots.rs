//! Every real root of a sum of exponentials, each in a bracket.
//!
//! With x = ln(1 + rate), the net present value of dated flows is f(x) = Σ aᵢ·exp(-tᵢ·x). An interval [m-h, m+h] is
//! searched as g(d) = f(m+d)·exp(c·d) = Σ bᵢ·exp(-(tᵢ-c)·d), with c the mean time weighted by |bᵢ|: the factor moves no
//! root and makes the bounds tight. Taylor's theorem gives g as a polynomial of degree K-1 with coefficients
//! gⱼ = Σ bᵢ·(-(tᵢ-c))ʲ/j! and a remainder of at most Σ|bᵢ|·(exp(uᵢh) - its first K terms), uᵢ = |tᵢ-c|. So an interval is
//!
//! - empty when |g₀| exceeds Σ|gⱼ|·hʲ over j ≥ 1 and the remainder,
//! - monotone, hence with at most one root, when |g₁| exceeds Σ j·|gⱼ|·hʲ⁻¹ over j ≥ 2 and the remainder of g',
//! - flat when all of it stays within 1e-12 of the flows' size: there it cannot be told from zero,
//! - and halved otherwise.
//!
//! A run of flat intervals, or of ones that shrink to nothing without an answer, is one root, of any multiplicity.

use super::cash_flow::Sum;

/// An amount and its time in years from the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) time: f64,
    pub(super) amount: f64,
}

/// ln(2⁻⁵³): below it, 1 + rate is no `f64` other than 0.
const LOWEST: f64 = -36.736_800_569_677_1;
/// ln of the largest `f64`: above it, the rate is none.
const HIGHEST: f64 = 709.782_712_893_384;
/// Half the width at which an undecided interval is taken as a point.
const NARROWEST: f64 = 6e-8;
/// How near to zero, relative to the discounted flows, a touching root must come.
const TOUCHING: f64 = 1e-12;

/// How many terms a search may weigh, intervals times flows: some seconds.
const MOST_WORK: usize = 50_000_000;

/// All x in the range of `f64` rates at which the sum of `amount·exp(-time·x)` is zero, ascending; `None` when the search
/// would take too long.
///
/// Terms are sorted by time from 0 on, times differ and amounts are finite and not zero.
pub(super) fn all_roots(terms: &[Term]) -> Option<Vec<f64>> {
    let signs = terms.iter().map(|term| term.amount > 0.0);
    let changes = signs.clone().zip(signs.skip(1)).filter(|(left, right)| left != right).count();
    match changes {
        0 => Some(Vec::new()),
        // Descartes' rule of signs holds for real exponents too: one change, one root.
        1 => Some(only_root(terms).into_iter().collect()),
        _ => search(terms),
    }
}

fn only_root(terms: &[Term]) -> Option<f64> {
    let at_zero = sign(terms, 0.0);
    if at_zero == 0.0 {
        return Some(0.0);
    }
    // For large x the earliest flow decides the sign.
    let earliest = terms.first()?.amount.signum();
    let (limit, direction) = if at_zero == earliest { (LOWEST, -1.0) } else { (HIGHEST, 1.0) };
    let (mut near, mut reach) = (0.0_f64, 0.125);
    loop {
        let far: f64 = if reach < limit * direction { reach * direction } else { limit };
        if sign(terms, far) != at_zero {
            return Some(refine(terms, near.min(far), near.max(far)));
        }
        if far == limit {
            return None;
        }
        near = far;
        reach *= 2.0;
    }
}

fn search(terms: &[Term]) -> Option<Vec<f64>> {
    let mut roots = Vec::new();
    let mut touching: Vec<(f64, f64)> = Vec::new();
    let mut intervals = vec![(LOWEST, HIGHEST)];
    let mut work = 0;
    while let Some((from, to)) = intervals.pop() {
        work += terms.len();
        if work > MOST_WORK {
            return None;
        }
        let half = (to - from) / 2.0;
        let middle = from + half;
        let bounds = Bounds::over(terms, middle, half);
        if bounds.exclude_roots() {
            continue;
        }
        let monotone = bounds.are_monotone();
        if !monotone && bounds.are_flat() {
            touching.push((from, to));
            continue;
        }
        let narrow = half < NARROWEST * (1.0 + middle.abs());
        if !narrow && !monotone {
            intervals.push((middle, to));
            intervals.push((from, middle));
            continue;
        }
        let (left, right) = (sign(terms, from), sign(terms, to));
        if left == 0.0 {
            roots.push(from);
        } else if left * right < 0.0 {
            roots.push(refine(terms, from, to));
        } else if narrow && right != 0.0 && bounds.value.abs() <= TOUCHING * bounds.size {
            touching.push((from, to));
        }
    }
    // The search goes from left to right, so that only these may stand out of order.
    for root in touching_roots(terms, &touching) {
        let at = roots.partition_point(|earlier| *earlier < root);
        roots.insert(at, root);
    }
    roots.dedup_by(|later, earlier| (*later - *earlier).abs() <= 1e-14 * (1.0 + earlier.abs()));
    Some(roots)
}

/// One root for each run of adjoining intervals: where it crosses zero, or else its extremum.
fn touching_roots(terms: &[Term], intervals: &[(f64, f64)]) -> Vec<f64> {
    let mut runs: Vec<(f64, f64)> = Vec::new();
    for (from, to) in intervals {
        match runs.last_mut() {
            Some((_, end)) if stays_near_zero(terms, *end, *from) => *end = *to,
            _ => runs.push((*from, *to)),
        }
    }
    runs.into_iter().map(|(from, to)| middle_of_run(terms, from, to)).collect()
}

/// Whether the value between two touching intervals is as near to zero as within them.
fn stays_near_zero(terms: &[Term], from: f64, to: f64) -> bool {
    let gap = Bounds::over(terms, from + (to - from) / 2.0, 0.0);
    to - from <= NARROWEST || gap.value.abs() <= TOUCHING * gap.size
}

fn middle_of_run(terms: &[Term], from: f64, to: f64) -> f64 {
    let ends = (sign(terms, from), sign(terms, to));
    let crosses = ends.0 * ends.1 < 0.0;
    let probe = |x: f64| if crosses { sign(terms, x) } else { Scaled::at(terms, x).slope.signum() };
    let (mut low, mut high) = (from, to);
    let at_low = probe(low);
    if at_low == probe(high) {
        return from + (to - from) / 2.0;
    }
    for _ in 0..64 {
        let middle = low + (high - low) / 2.0;
        if probe(middle) == at_low { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

/// The root in an interval at whose ends the signs differ: Newton's method, kept within the shrinking bracket.
fn refine(terms: &[Term], mut from: f64, mut to: f64) -> f64 {
    const STEPS: usize = 200;
    let at_from = sign(terms, from);
    let mut x = from + (to - from) / 2.0;
    let mut last_step = f64::INFINITY;
    for _ in 0..STEPS {
        let Scaled { value, slope } = Scaled::at(terms, x);
        if value == 0.0 {
            return x;
        }
        if value.signum() == at_from {
            from = x
        } else {
            to = x
        }
        let newton = x - value / slope;
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

fn sign(terms: &[Term], x: f64) -> f64 {
    let value = Scaled::at(terms, x).value;
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// The exponent that makes the largest discount factor 1, so that nothing overflows.
fn scale(terms: &[Term], x: f64) -> f64 {
    if x >= 0.0 { 0.0 } else { terms.last().map_or(0.0, |last| last.time * x) }
}

/// f and f' at a point, both divided by one positive number.
struct Scaled {
    value: f64,
    slope: f64,
}

impl Scaled {
    fn at(terms: &[Term], x: f64) -> Self {
        let scale = scale(terms, x);
        let (mut value, mut slope) = (Sum::default(), Sum::default());
        for term in terms {
            let present = term.amount * libm::exp(scale - term.time * x);
            value.add(present);
            slope.add(-term.time * present);
        }
        Self { value: value.value(), slope: slope.value() }
    }
}

/// How far a function can move within an interval from its value in the middle.
struct Bounds {
    /// g in the middle.
    value: f64,
    /// How far g can move, rounding included.
    value_reach: f64,
    /// g' in the middle.
    slope: f64,
    /// How far g' can move, rounding included.
    slope_reach: f64,
    /// Σ|bᵢ|, the size of the discounted flows.
    size: f64,
}

/// The number of Taylor's terms. More make wider intervals decidable, and each costs a multiplication a flow.
const TERMS: usize = 10;

impl Bounds {
    fn over(terms: &[Term], middle: f64, half: f64) -> Self {
        let scale = scale(terms, middle);
        let present: Vec<f64> = terms.iter().map(|term| term.amount * libm::exp(scale - term.time * middle)).collect();
        let size: f64 = present.iter().map(|b| b.abs()).sum();
        let weighted: f64 = terms.iter().zip(&present).map(|(term, b)| term.time * b.abs()).sum();
        let center = weighted / size;

        // gⱼ·hʲ, so that powers of a wide interval do not overflow before those of a small time meet them.
        let (mut value, mut slope) = (Sum::default(), Sum::default());
        let mut higher = [0.0; TERMS - 2];
        let (mut value_rest, mut slope_rest, mut slope_size) = (0.0, 0.0, 0.0);
        for (term, b) in terms.iter().zip(&present) {
            let distance = term.time - center;
            let reach = distance.abs() * half;
            let mut moment = -distance * half * b;
            value.add(*b);
            slope.add(moment);
            for (sum, power) in higher.iter_mut().zip(2..) {
                moment *= -distance * half / as_f64(power);
                *sum += moment;
            }
            let (rest, rest_of_slope) = tails(reach);
            value_rest += b.abs() * rest;
            slope_rest += (b * distance).abs() * rest_of_slope;
            slope_size += (b * distance).abs();
        }
        let (value, slope) = (value.value(), slope.value());
        let curve: f64 = higher.iter().map(|moment| moment.abs()).sum();
        let bend: f64 = higher.iter().zip(2..).map(|(moment, power)| as_f64(power) * moment.abs()).sum();
        // An interval of no width has no use for its slope.
        let per_width = if half > 0.0 { 1.0 / half } else { 0.0 };
        let longest = terms.last().map_or(0.0, |last| last.time);
        // The exponent's rounding weighs most: up to time·x units in the last place.
        let noise = f64::EPSILON * (16.0 + longest * middle.abs());
        Self {
            value,
            value_reach: slope.abs() + curve + value_rest + noise * size,
            slope: slope * per_width,
            slope_reach: bend * per_width + slope_rest + noise * slope_size,
            size,
        }
    }

    fn exclude_roots(&self) -> bool {
        self.value.abs() > self.value_reach
    }

    fn are_monotone(&self) -> bool {
        self.slope.abs() > self.slope_reach
    }

    /// Whether nothing in the interval can be told from zero.
    fn are_flat(&self) -> bool {
        self.value.abs() + self.value_reach <= TOUCHING * self.size
    }
}

/// What exp(y) has beyond its first K terms, and beyond its first K-1.
fn tails(y: f64) -> (f64, f64) {
    let mut term = 1.0;
    let mut sum = 0.0;
    for power in 1..TERMS {
        sum += term;
        term *= y / as_f64(power);
    }
    // `term` is now y^(K-1)/(K-1)!, `sum` the terms before it.
    let growth = libm::exp(y);
    let shorter = if y > 2.0 { growth - sum } else { term * growth };
    let longer = if y > 2.0 { growth - sum - term } else { term * y / as_f64(TERMS) * growth };
    // The difference of two numbers of nearly one size, where the tail is a small part of it.
    let rounding = f64::EPSILON * growth;
    (longer + rounding, shorter + rounding)
}

#[expect(clippy::cast_precision_loss, reason = "a small count")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Amounts for which every yearly rate in `rates` is a root: the product of (1+r)·v - 1 over the rates.
    fn with_roots(rates: &[f64]) -> Vec<Term> {
        let mut amounts = vec![1.0];
        for rate in rates {
            let mut next = vec![0.0; amounts.len() + 1];
            for (power, amount) in amounts.iter().enumerate() {
                next[power] -= amount;
                next[power + 1] += amount * (1.0 + rate);
            }
            amounts = next;
        }
        amounts.iter().enumerate().map(|(year, amount)| Term { time: year as f64, amount: *amount }).collect()
    }

    fn rates(terms: &[Term]) -> Vec<f64> {
        all_roots(terms).unwrap().into_iter().map(libm::expm1).collect()
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
        let mut terms = with_roots(&[0.1, 0.1]);
        terms[0].amount += 1e-9 * terms[0].amount.signum();
        assert!(rates(&terms).is_empty());
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
