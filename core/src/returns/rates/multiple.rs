//! A root that cannot be told from its neighbourhood: one of high multiplicity, or one that only touches zero.
//!
//! Around a root of multiplicity m the value is below what rounding leaves of it, and its sign says nothing. The (m-1)th
//! derivative crosses zero there as plainly as any simple root. Which m it is need not be known: each derivative leaves a
//! narrower stretch undecided, until one leaves none.

use super::terms::Terms;
use crate::returns::cash_flow::Sum;

/// Halvings that take a stretch to a point.
const HALVINGS: usize = 64;

/// The root within a run of rates whose value cannot be told from zero.
pub(super) fn root_of_run(terms: &Terms, from: f64, to: f64, changes: usize) -> f64 {
    let middle = from + (to - from) / 2.0;
    let mut derivative = Derivative::around(terms, middle);
    let (mut low, mut high) = (from, to);
    let mut plainest = derivative.powers.clone();
    for _ in 0..changes {
        let (at_low, at_high) = (derivative.sign(low), derivative.sign(high));
        if at_low * at_high < 0.0 {
            plainest.clone_from(&derivative.powers);
            (low, high) = derivative.crossing(low, high);
            if high - low <= f64::EPSILON * (1.0 + low.abs()) {
                break;
            }
        }
        derivative.next();
    }
    // What is left undecided is told by the sign as it is computed, which is better than the bound on its rounding.
    derivative.powers = plainest;
    derivative.point_between(low, high)
}

/// A derivative of g(x) = Σ aᵢ·exp(-(tᵢ-c)·x), c the mean time: the factor exp(c·x) moves no root and changes none's
/// multiplicity.
struct Derivative<'a> {
    terms: &'a Terms,
    /// The times from the mean, the longest made 1.
    distances: Vec<f64>,
    /// Which derivative: the power of the distances.
    powers: Vec<f64>,
    scratch: Vec<f64>,
    /// What part of the bound on rounding counts: all of it, or nothing.
    caution: f64,
}

impl<'a> Derivative<'a> {
    /// The function itself.
    fn around(terms: &'a Terms, middle: f64) -> Self {
        let mut present = Vec::with_capacity(terms.len());
        terms.present(middle, &mut present);
        let size: f64 = present.iter().map(|b| b.abs()).sum();
        let weighted: f64 = terms.times.iter().zip(&present).map(|(time, b)| time * b.abs()).sum();
        let mut distances: Vec<f64> = terms.times.iter().map(|time| weighted / size - time).collect();
        let longest = distances.iter().map(|distance| distance.abs()).fold(f64::MIN_POSITIVE, f64::max);
        distances.iter_mut().for_each(|distance| *distance /= longest);
        Self { terms, powers: vec![1.0; distances.len()], distances, scratch: present, caution: 1.0 }
    }

    /// Goes on to the next derivative.
    fn next(&mut self) {
        self.powers.iter_mut().zip(&self.distances).for_each(|(power, distance)| *power *= distance);
    }

    /// The sign at x; 0 where rounding may have made it.
    fn sign(&mut self, x: f64) -> f64 {
        self.terms.present(x, &mut self.scratch);
        let (mut value, mut size) = (Sum::default(), 0.0);
        for (power, present) in self.powers.iter().zip(&self.scratch) {
            let part = power * present;
            value.add(part);
            size += part.abs();
        }
        let value = value.value();
        if value.abs() <= self.caution * self.terms.noise(x) * size { 0.0 } else { value.signum() }
    }

    /// The stretch between two points of different signs within which the sign is undecided.
    fn crossing(&mut self, mut low: f64, mut high: f64) -> (f64, f64) {
        let at_low = self.sign(low);
        for _ in 0..HALVINGS {
            let middle = low + (high - low) / 2.0;
            match self.sign(middle) {
                0.0 => {
                    let left = self.edge(low, middle);
                    return (left, self.edge(high, middle));
                }
                sign if sign == at_low => low = middle,
                _ => high = middle,
            }
        }
        (low, high)
    }

    /// Where the sign as it is computed changes; the middle where it does not.
    fn point_between(&mut self, low: f64, high: f64) -> f64 {
        self.caution = 0.0;
        let (left, right) = if self.sign(low) * self.sign(high) < 0.0 { self.crossing(low, high) } else { (low, high) };
        left + (right - left) / 2.0
    }

    /// The last point with a sign on the way from one that has it to one that has none.
    fn edge(&mut self, mut decided: f64, mut undecided: f64) -> f64 {
        for _ in 0..HALVINGS {
            let middle = decided + (undecided - decided) / 2.0;
            if self.sign(middle) == 0.0 { undecided = middle } else { decided = middle }
        }
        decided
    }
}
