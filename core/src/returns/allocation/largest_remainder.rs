//! Whole units divided by whole weights: each part rounded down, and what is left to the largest remainders.

use ethnum::U256;
use sha2::{Digest, Sha256};

use crate::order;

/// To whom a unit goes that several have an equal claim to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TieBreak<'a> {
    /// To the ids in their order: the same parties each time.
    #[default]
    ById,
    /// By the SHA-256 of the distribution's id, a zero byte and the party's id, the smaller first (DECISIONS 46): another
    /// party each time, which anybody can compute again.
    Rotating {
        /// The id of the distribution.
        distribution: &'a str,
    },
}

impl TieBreak<'_> {
    /// Sorts the places of parties so that the first have the better claim.
    pub(super) fn sort<'id>(self, places: &mut [usize], id: impl Fn(usize) -> &'id str) {
        match self {
            Self::ById => places.sort_unstable_by_key(|place| id(*place)),
            Self::Rotating { distribution } => {
                let mut start = Sha256::new();
                start.update(distribution.as_bytes());
                start.update([0]);
                places.sort_by_cached_key(|place| {
                    let mut digest = start.clone();
                    digest.update(id(*place).as_bytes());
                    <[u8; 32]>::from(digest.finalize())
                });
            }
        }
    }
}

/// The parts of `units` in the order of the weights, which are not all zero; `sort` settles ties.
pub(super) fn parts(units: u128, weights: &[u128], sort: impl Fn(&mut [usize])) -> Vec<u128> {
    let sum: U256 = weights.iter().map(|weight| U256::from(*weight)).sum();
    // A part is at most all units, because no weight is above their sum.
    if let (Ok(units), Ok(sum)) = (u64::try_from(units), u64::try_from(sum)) {
        let divisor = Narrow::by(units, sum);
        let divided = weights.iter().map(|weight| divisor.divide(u64::try_from(*weight).unwrap_or(sum)));
        return settled(
            units.into(),
            divided.map(|(part, rest)| (u128::from(part), rest)).unzip(),
            sort,
            |rests: &[u64], place| {
                let mut rests = rests.to_vec();
                rests.sort_unstable();
                rests.iter().rev().nth(place).copied()
            },
        );
    }
    let units_wide = U256::from(units);
    let divided = weights.iter().map(|weight| {
        // Two factors of 128 bits fit into 256.
        let product = U256::from(*weight) * units_wide;
        ((product / sum).as_u128(), product % sum)
    });
    settled(units, divided.unzip(), sort, |rests, place| {
        order::ranked_by(rests, |left, right| right.cmp(left)).get(place).and_then(|at| rests.get(*at)).copied()
    })
}

/// One more for the largest remainders, until nothing is left.
fn settled<R: Ord + Copy>(
    units: u128,
    (mut parts, rests): (Vec<u128>, Vec<R>),
    sort: impl Fn(&mut [usize]),
    nth_largest: impl Fn(&[R], usize) -> Option<R>,
) -> Vec<u128> {
    let given: u128 = parts.iter().sum();
    // Fewer than there are parties.
    let left = usize::try_from(units.saturating_sub(given)).unwrap_or(usize::MAX);
    let Some(last) = left.checked_sub(1).filter(|last| *last < rests.len()) else { return parts };
    let Some(least) = nth_largest(&rests, last) else { return parts };
    let mut tied = Vec::new();
    let mut open = left;
    for (place, (part, rest)) in parts.iter_mut().zip(&rests).enumerate() {
        if *rest > least {
            *part += 1;
            open = open.saturating_sub(1);
        } else if *rest == least {
            tied.push(place);
        }
    }
    if open < tied.len() {
        sort(&mut tied);
    }
    for place in tied.into_iter().take(open) {
        if let Some(part) = parts.get_mut(place) {
            *part += 1;
        }
    }
    parts
}

/// Division of weight × units by one sum of weights, all of 64 bits.
struct Narrow {
    units: u64,
    sum: u64,
    ratio: f64,
}

impl Narrow {
    fn by(units: u64, sum: u64) -> Self {
        Self { units, sum, ratio: as_f64(units) / as_f64(sum) }
    }

    /// Quotient and remainder. The float is a guess, which is checked: dividing 128 bits takes ten times as long.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked by the remainder")]
    fn divide(&self, weight: u64) -> (u64, u64) {
        let product = u128::from(weight) * u128::from(self.units);
        let guess = (as_f64(weight) * self.ratio) as u64;
        let rest = product.wrapping_sub(u128::from(guess) * u128::from(self.sum));
        if rest < u128::from(self.sum) {
            return (guess, rest as u64);
        }
        let sum = u128::from(self.sum);
        ((product / sum) as u64, (product % sum) as u64)
    }
}

#[expect(clippy::cast_precision_loss, reason = "for a guess")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_place(units: u128, weights: &[u128]) -> Vec<u128> {
        parts(units, weights, |places| places.sort_unstable())
    }

    #[test]
    fn ties_rotate_and_favour_nobody() {
        let ids: Vec<String> = (0..5).map(|at| format!("holder-{at}")).collect();
        let mut cents = [0_u32; 5];
        for quarter in 0..2000 {
            let distribution = format!("dst-{quarter}");
            let ties = TieBreak::Rotating { distribution: &distribution };
            let parts = parts(10_002, &[1; 5], |places| ties.sort(places, |at| ids[at].as_str()));
            for (sum, part) in cents.iter_mut().zip(parts) {
                *sum += u32::try_from(part - 2000).unwrap();
            }
        }
        assert_eq!(cents.iter().sum::<u32>(), 4000);
        // 800 each but for chance: five standard deviations are 110.
        assert!(cents.iter().all(|cents| cents.abs_diff(800) < 110), "{cents:?}");
    }

    proptest! {
        #[test]
        fn both_widths_agree(
            units in 0_u64..,
            weights in prop::collection::vec(prop_oneof![Just(0_u64), 1_u64..1000, 0_u64..1 << 59], 1..20),
        ) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let weights: Vec<u128> = weights.into_iter().map(u128::from).collect();
            let narrow = by_place(units.into(), &weights);
            prop_assert_eq!(narrow.iter().sum::<u128>(), u128::from(units));
            // A factor common to all weights changes nothing, and makes their sum wide.
            let wide: Vec<u128> = weights.iter().map(|weight| weight << 64).collect();
            prop_assert_eq!(narrow, by_place(units.into(), &wide));
        }
    }
}
