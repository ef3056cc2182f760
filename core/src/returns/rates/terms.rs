//! Discounted amounts: what a rate makes of each flow, whatever their sizes.

use crate::returns::cash_flow::Sum;

/// Amounts and their times in years from the first, sorted by time; times differ, amounts are finite and none is zero.
///
/// Columns, so that a loop over them has nothing to step over.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    pub(super) times: Vec<f64>,
    /// The amounts, divided by a power of two that makes the largest about 1, which changes no digit.
    pub(super) amounts: Vec<f64>,
    /// The power of two that an amount lacks, where amounts lie so far apart that a float could not hold them beside the
    /// largest; empty where none does.
    lifts: Vec<f64>,
}

/// Amounts below 2^-400 of the largest carry their exponent apart.
const FAR: i32 = -400;
/// The run of flows of one sign that is no payment, as a part of the largest flow.
const DUST: f64 = 1e-12;
/// The part of the discounted flows from which on dust decides: at a root, what is paid and what is received are a half each.
const DECIDING: f64 = 0.25;
/// ln 2 in two parts, of which the first has zeros behind it: its product with a whole number of 20 bits is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

impl Terms {
    /// Takes times and amounts, of which zeros are left out. Times are counted from the first that is left.
    pub(super) fn of(flows: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let flows = flows.filter(|(_, amount)| *amount != 0.0);
        let largest = flows.clone().map(|(_, amount)| amount.abs()).fold(0.0, f64::max);
        let top = libm::frexp(largest).1;
        let is_far = |amount: f64| libm::frexp(amount).1 - top < FAR;
        let any_far = flows.clone().any(|(_, amount)| is_far(amount));
        let first = flows.clone().next().map_or(0.0, |(time, _)| time);
        let mut terms = Self::default();
        for (time, amount) in flows {
            let (mantissa, exponent) = libm::frexp(amount);
            let far = is_far(amount);
            terms.times.push(time - first);
            terms.amounts.push(if far { mantissa } else { libm::ldexp(mantissa, exponent - top) });
            if any_far {
                terms.lifts.push(if far { f64::from(exponent - top) } else { 0.0 });
            }
        }
        terms
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    /// How often the amounts change sign.
    pub(super) fn sign_changes(&self) -> usize {
        self.amounts.windows(2).filter(|pair| matches!(pair, [left, right] if left * right < 0.0)).count()
    }

    /// The sign of the plain sum; 0 where the sum cannot be told from zero.
    pub(super) fn sign_of_sum(&self) -> f64 {
        let sum = (0..self.len()).map(|at| self.size(at)).collect::<Sum>().value();
        let size: f64 = (0..self.len()).map(|at| self.size(at).abs()).sum();
        if sum.abs() <= 4.0 * f64::EPSILON * size { 0.0 } else { sum.signum() }
    }

    /// An amount beside the largest, 0 where it is too small for that.
    fn size(&self, at: usize) -> f64 {
        let far = self.lifts.get(at).is_some_and(|lift| *lift != 0.0);
        self.amounts.get(at).copied().filter(|_| !far).unwrap_or(0.0)
    }

    /// Which amounts are dust: runs of one sign that together are below the precision of the others, if flows of both signs are
    /// left without them. None, where there is none.
    pub(super) fn dust(&self) -> Option<Vec<bool>> {
        let largest = (0..self.len()).map(|at| self.size(at).abs()).fold(0.0, f64::max);
        let mut dust = Vec::with_capacity(self.len());
        let (mut paid, mut received) = (false, false);
        for run in self.amounts.chunk_by(|left, right| left * right > 0.0) {
            let from = dust.len();
            let total: f64 = (from..from + run.len()).map(|at| self.size(at).abs()).sum();
            let is_dust = total <= DUST * largest;
            paid |= !is_dust && run.first().is_some_and(|amount| *amount < 0.0);
            received |= !is_dust && run.first().is_some_and(|amount| *amount > 0.0);
            dust.extend(run.iter().map(|_| is_dust));
        }
        (paid && received && dust.contains(&true)).then_some(dust)
    }

    /// Whether dust makes a root: whether at x it weighs as much as what it balances. What a sum of binary floats leaves of a
    /// position that was sold is no payment, and makes no rate.
    pub(super) fn is_made_by(&self, dust: &[bool], x: f64, present: &mut Vec<f64>) -> bool {
        self.present(x, present);
        let size: f64 = present.iter().map(|b| b.abs()).sum();
        let of_dust: f64 = present.iter().zip(dust).filter(|(_, dust)| **dust).map(|(b, _)| b.abs()).sum();
        of_dust > DECIDING * size
    }

    /// The amounts discounted at x = ln(1 + rate), all divided by one positive number that keeps the largest in range.
    pub(super) fn present(&self, x: f64, out: &mut Vec<f64>) {
        out.clear();
        if self.lifts.is_empty() {
            // The flow with the largest discount factor has the factor 1, so that nothing overflows.
            let pivot = if x >= 0.0 { 0.0 } else { self.times.last().copied().unwrap_or(0.0) };
            out.extend(
                self.times.iter().zip(&self.amounts).map(|(time, amount)| amount * libm::exp((pivot - time) * x)),
            );
            return;
        }
        let (pivot, pivot_lift) = self.dominating(x);
        out.extend(self.times.iter().zip(&self.amounts).zip(&self.lifts).map(|((time, amount), lift)| {
            let powers = lift - pivot_lift;
            amount * libm::exp((powers * LN_2_HIGH + (pivot - time) * x) + powers * LN_2_LOW)
        }));
    }

    /// The time and the lift of the flow that weighs most at x.
    fn dominating(&self, x: f64) -> (f64, f64) {
        let mut found = (0.0, 0.0);
        let mut most = f64::NEG_INFINITY;
        for ((time, amount), lift) in self.times.iter().zip(&self.amounts).zip(&self.lifts) {
            let weight = lift * std::f64::consts::LN_2 + libm::log(amount.abs()) - time * x;
            if weight > most {
                most = weight;
                found = (*time, *lift);
            }
        }
        found
    }

    /// The value and the slope at x, both divided by one positive number.
    pub(super) fn at(&self, x: f64, scratch: &mut Vec<f64>) -> Point {
        self.present(x, scratch);
        let (mut value, mut slope) = (Sum::default(), Sum::default());
        for (time, present) in self.times.iter().zip(scratch.iter()) {
            value.add(*present);
            slope.add(-time * present);
        }
        Point { value: value.value(), slope: slope.value() }
    }

    /// How far rounding may have moved a sum of discounted flows at x, as a part of their size.
    ///
    /// The exponent's rounding weighs most: up to time·x units in the last place.
    pub(super) fn noise(&self, x: f64) -> f64 {
        f64::EPSILON * (16.0 + self.times.last().copied().unwrap_or(0.0) * x.abs())
    }
}

/// The present value and its slope by x.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) value: f64,
    pub(super) slope: f64,
}

impl Point {
    /// The sign of the value, 0 for zero.
    pub(super) fn sign(self) -> f64 {
        if self.value == 0.0 { 0.0 } else { self.value.signum() }
    }
}
