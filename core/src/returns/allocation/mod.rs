//! A sum of money divided so that the parts add up to it, to the last cent.

mod columns;
mod largest_remainder;

use rust_decimal::Decimal;

pub use columns::allocate_units;
pub use largest_remainder::TieBreak;

use crate::wire::record;
use crate::{Error, ErrorCode, Result, order, text};

/// The decimal places of a currency that nothing is said of: cents.
pub const DEFAULT_MINOR_DIGITS: u32 = 2;
/// The longest id of a share, in characters.
const MAX_ID: usize = 255;

record! {
    /// One party's weight in an allocation.
    #[wire(snake_case: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Share {
        /// The party's id, such as an investment's, 1 to 255 characters. Breaks ties.
        #[wire(chars = 1..=MAX_ID)]
        pub id: String,
        /// The weight, zero or more: tokens held, amount invested or a percentage.
        pub weight: Decimal,
    }
}

record! {
    /// What one party receives of a sum.
    #[wire(snake_case: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Allocation {
        /// The id of its share.
        pub id: String,
        /// What it receives, in whole minor units.
        pub amount: Decimal,
    }
}

impl Allocation {
    /// [`allocate_by`], each amount with the id of its share.
    ///
    /// # Errors
    ///
    /// Those of [`allocate_by`].
    ///
    /// ```
    /// use tierra::{Decimal, returns::{Allocation, Share, TieBreak}};
    /// let shares = vec![Share { id: "a".into(), weight: Decimal::ONE }, Share { id: "b".into(), weight: Decimal::TWO }];
    /// let parts = Allocation::of(Decimal::ONE, shares, 2, TieBreak::ById)?;
    /// assert_eq!((parts[1].id.as_str(), parts[1].amount), ("b", Decimal::new(67, 2)));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn of(total: Decimal, shares: Vec<Share>, minor_digits: u32, ties: TieBreak<'_>) -> Result<Vec<Self>> {
        let amounts = allocate_by(total, &shares, minor_digits, ties)?;
        Ok(shares.into_iter().zip(amounts).map(|(share, amount)| Self { id: share.id, amount }).collect())
    }
}

/// Divides `total` in proportion to the weights so that the amounts add up to it exactly (largest remainder).
///
/// Each share is `total × weight / sum of weights`, rounded down to the minor unit; the units left over go one each to
/// the largest remainders, ties by id. A zero weight receives nothing. A negative total is divided like the positive one
/// with the sign turned. `minor_digits` is the number of decimal places of the currency: 2 for cents. Amounts are in the
/// order of the shares. All arithmetic is exact (DECISIONS 16). The order of the shares does not matter.
///
/// With the id of a `distribution` ties go by the SHA-256 of it, a zero byte and the party's id, the smaller first
/// (DECISIONS 46): reproducible, and over many distributions nobody's favour. [`allocate_by`] takes either rule.
///
/// # Errors
///
/// [`ErrorCode::Empty`] at `shares` when there is none or all weights are zero; [`ErrorCode::OutOfRange`] at `total`
/// for a fraction of a minor unit, at `minor_digits` above 18, at `shares[i].weight` for a negative weight or one whose
/// digits, written out to the longest weight's decimal places, exceed 128 bits;
/// [`ErrorCode::Duplicate`] at `shares[i].id`; [`ErrorCode::Empty`] or [`ErrorCode::TooLong`] for an id.
///
/// ```
/// use tierra::{Decimal, returns::{Share, allocate}};
/// let share = |id: &str, weight| Share { id: id.into(), weight: Decimal::from(weight) };
/// let parts = allocate(Decimal::new(100, 2), &[share("b", 1), share("a", 1), share("c", 1)], 2)?;
/// assert_eq!(parts, [Decimal::new(33, 2), Decimal::new(34, 2), Decimal::new(33, 2)]);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn allocate(total: Decimal, shares: &[Share], minor_digits: u32) -> Result<Vec<Decimal>> {
    allocate_by(total, shares, minor_digits, TieBreak::ById)
}

/// [`allocate`] with a rule for ties.
///
/// # Errors
///
/// Those of [`allocate`]; [`ErrorCode::Empty`], [`ErrorCode::TooLong`] or [`ErrorCode::InvalidCharacter`] at `distribution`.
///
/// ```
/// use tierra::{Decimal, returns::{Share, TieBreak, allocate_by}};
/// let shares = ["a", "b"].map(|id| Share { id: id.into(), weight: Decimal::ONE });
/// let cent = |distribution| allocate_by(Decimal::new(1, 2), &shares, 2, TieBreak::Rotating { distribution });
/// assert_eq!(cent("dst_2025_q1")?, [Decimal::new(1, 2), Decimal::ZERO]);
/// assert_eq!(cent("dst_2025_q3")?, [Decimal::ZERO, Decimal::new(1, 2)]);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn allocate_by(total: Decimal, shares: &[Share], minor_digits: u32, ties: TieBreak<'_>) -> Result<Vec<Decimal>> {
    let units = minor_units(total, minor_digits)?;
    check_ties(ties)?;
    check_shares(shares)?;
    let places = shares.iter().map(|share| share.weight.normalize().scale()).max().unwrap_or(0);
    let located = |index: usize| move |error: Error| error.at_index(index).under("shares");
    let weights = shares.iter().enumerate().map(|(i, share)| whole_weight(share.weight, places).map_err(located(i)));
    let weights: Vec<u128> = weights.collect::<Result<_>>()?;
    if weights.iter().all(|weight| *weight == 0) {
        return Err(no_weight("shares"));
    }
    let id = |place: usize| shares.get(place).map_or("", |share| share.id.as_str());
    let parts = largest_remainder::parts(units, &weights, |places| ties.sort(places, id));
    parts.into_iter().map(|part| money(part, minor_digits, total.is_sign_negative())).collect()
}

fn no_weight(path: &str) -> Error {
    Error::new(ErrorCode::Empty, path, "have no weight above zero; expected at least one")
}

fn check_ties(ties: TieBreak<'_>) -> Result<()> {
    match ties {
        TieBreak::ById => Ok(()),
        TieBreak::Rotating { distribution } => {
            text::check_text("distribution", distribution, MAX_ID, "the id of a distribution")
        }
    }
}

/// The total in whole minor units, without its sign.
fn minor_units(total: Decimal, minor_digits: u32) -> Result<u128> {
    const MOST_DIGITS: u32 = 18;
    if minor_digits > MOST_DIGITS {
        let message = format!("`{minor_digits}` is out of range; expected 0 to {MOST_DIGITS} decimal places");
        return Err(Error::new(ErrorCode::OutOfRange, "minor_digits", message));
    }
    let total = total.normalize();
    if total.scale() > minor_digits {
        let message =
            format!("`{total}` has a fraction of a minor unit; expected at most {minor_digits} decimal places");
        return Err(Error::new(ErrorCode::OutOfRange, "total", message));
    }
    // 96 bits times 10^18 fits into 128 bits but for totals beyond any money.
    let factor = 10_u128.pow(minor_digits - total.scale());
    total.mantissa().unsigned_abs().checked_mul(factor).ok_or_else(|| {
        let message = format!("`{total}` does not fit; expected a smaller total");
        Error::new(ErrorCode::OutOfRange, "total", message)
    })
}

fn check_shares(shares: &[Share]) -> Result<()> {
    if shares.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "shares", "is empty; expected at least one share"));
    }
    for (index, share) in shares.iter().enumerate() {
        let located = |error: Error| error.at_index(index).under("shares");
        text::check_text("id", &share.id, MAX_ID, "the id of a share").map_err(located)?;
        if share.weight.is_sign_negative() && !share.weight.is_zero() {
            let message = format!("`{}` is negative; expected zero or more", share.weight);
            return Err(located(Error::new(ErrorCode::OutOfRange, "weight", message)));
        }
    }
    order::refuse_repeat("id", shares.iter().map(|share| share.id.as_str())).map_err(|error| error.under("shares"))
}

/// The weight times 10^places, a whole number.
fn whole_weight(weight: Decimal, places: u32) -> Result<u128> {
    let weight = weight.normalize();
    let factor = 10_u128.pow(places - weight.scale());
    weight.mantissa().unsigned_abs().checked_mul(factor).ok_or_else(|| {
        let message =
            format!("`{weight}` cannot stand beside a weight of {places} decimal places; expected 38 digits in all");
        Error::new(ErrorCode::OutOfRange, "weight", message)
    })
}

fn money(units: u128, minor_digits: u32, negative: bool) -> Result<Decimal> {
    let signed = i128::try_from(units).map(|units| if negative { -units } else { units });
    let value = signed.ok().and_then(|units| Decimal::try_from_i128_with_scale(units, minor_digits).ok());
    value.map(|value| value.normalize()).ok_or_else(|| {
        let message = format!("a share of {units} minor units does not fit; expected a smaller total");
        Error::new(ErrorCode::OutOfRange, "total", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(weights: &[Decimal]) -> Vec<Share> {
        weights.iter().enumerate().map(|(i, weight)| Share { id: format!("{i:04}"), weight: *weight }).collect()
    }

    #[test]
    fn twenty_eight_digit_weights_stay_exact() {
        let third = Decimal::from_i128_with_scale(3_333_333_333_333_333_333_333_333_333, 28);
        let parts = allocate(Decimal::new(100_000_000_000, 2), &shares(&[third, third, third]), 2).unwrap();
        assert_eq!(parts.iter().sum::<Decimal>(), Decimal::from(1_000_000_000));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_lie_within_a_cent(
            cents in -1_000_000_000_i64..1_000_000_000,
            weights in prop::collection::vec((0_i64..1_000_000_000, 0_u32..8), 1..40),
        ) {
            let weights: Vec<_> = weights.into_iter().map(|(digits, scale)| Decimal::new(digits, scale)).collect();
            prop_assume!(weights.iter().any(|weight| !weight.is_zero()));
            let total = Decimal::new(cents, 2);
            let parts = allocate(total, &shares(&weights), 2).unwrap();
            prop_assert_eq!(parts.iter().sum::<Decimal>(), total);
            let sum: Decimal = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!((part - total * weight / sum).abs() < Decimal::new(1, 2) + Decimal::new(1, 12));
                prop_assert!(!weight.is_zero() || part.is_zero());
            }
            let turned = allocate(-total, &shares(&weights), 2).unwrap();
            prop_assert!(parts.iter().zip(&turned).all(|(part, other)| *part == -*other));
        }
    }
}
