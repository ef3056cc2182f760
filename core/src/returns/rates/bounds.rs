//! What a sum of discounted flows can and cannot do within an interval of rates.
//!
//! With x = ln(1 + rate), the net present value of dated flows is f(x) = Σ aᵢ·exp(-tᵢ·x). An interval [m-h, m+h] is
//! looked at as g(d) = f(m+d)·exp(c·d) = Σ bᵢ·exp(-(tᵢ-c)·d), with c the mean time weighted by |bᵢ|: the factor moves no
//! root and makes the bounds tight. Taylor's theorem gives g as a polynomial of degree K-1 with coefficients
//! gⱼ = Σ bᵢ·(-(tᵢ-c))ʲ/j! and a remainder of at most Σ|bᵢ|·(exp(uᵢh) - its first K terms), uᵢ = |tᵢ-c|.

use super::terms::Terms;
use crate::returns::cash_flow::Sum;

/// How near to zero, relative to the discounted flows, a touching root must come.
pub(super) const TOUCHING: f64 = 1e-12;

/// How far a function can move within an interval from its value in the middle.
pub(super) struct Bounds {
    /// g in the middle.
    pub(super) value: f64,
    /// How far g can move, rounding included.
    value_reach: f64,
    /// g' in the middle.
    slope: f64,
    /// How far g' can move, rounding included.
    slope_reach: f64,
    /// Σ|bᵢ|, the size of the discounted flows.
    pub(super) size: f64,
}

/// The number of Taylor's terms. More make wider intervals decidable, and each costs a multiplication a flow.
const TERMS: usize = 10;

impl Bounds {
    pub(super) fn over(terms: &Terms, middle: f64, half: f64, present: &mut Vec<f64>) -> Self {
        terms.present(middle, present);
        let size: f64 = present.iter().map(|b| b.abs()).sum();
        let weighted: f64 = terms.times.iter().zip(present.iter()).map(|(time, b)| time * b.abs()).sum();
        let center = weighted / size;

        // gⱼ·hʲ, so that powers of a wide interval do not overflow before those of a small time meet them.
        let (mut value, mut slope) = (Sum::default(), Sum::default());
        let mut higher = [0.0; TERMS - 2];
        let (mut value_rest, mut slope_rest, mut slope_size) = (0.0, 0.0, 0.0);
        for (time, b) in terms.times.iter().zip(present.iter()) {
            let distance = time - center;
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
        let noise = terms.noise(middle);
        Self {
            value,
            value_reach: slope.abs() + curve + value_rest + noise * size,
            slope: slope * per_width,
            slope_reach: bend * per_width + slope_rest + noise * slope_size,
            size,
        }
    }

    pub(super) fn exclude_roots(&self) -> bool {
        self.value.abs() > self.value_reach
    }

    pub(super) fn are_monotone(&self) -> bool {
        self.slope.abs() > self.slope_reach
    }

    /// Whether nothing in the interval can be told from zero.
    pub(super) fn are_flat(&self) -> bool {
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
