//! Small amounts carried forward until they are worth paying.

use rust_decimal::Decimal;

use super::Allocation;
use crate::returns::exact;
use crate::wire::record;
use crate::{Result, decimal, order, text};

/// The longest id of a party, in characters.
const MAX_ID: usize = 255;

record! {
    /// What is paid to a party, and what is carried forward.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Payout {
        /// The party's id.
        pub id: String,
        /// What is due: its part of this distribution and what was carried to it.
        pub due: Decimal,
        /// What is paid now: all that is due, or nothing.
        pub paid: Decimal,
        /// What is carried to the next distribution.
        pub carried: Decimal,
    }
}

/// Pays what reaches a minimum and carries the rest forward.
///
/// What is due is the party's part of `amounts` and what was `carried` to it before; from `minimum` on all of it is paid, and
/// below nothing, which is carried. An amount below zero, of a reversal, is carried until later parts have made up for it.
/// Parties are in the order of `amounts`, then those to whom something was carried alone. What is paid and carried adds up to
/// what came in, exactly.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) at `minimum` below zero, or where a sum does not fit;
/// [`ErrorCode::Duplicate`](crate::ErrorCode::Duplicate) at `amounts[i].id` or `carried[i].id`; those of an id.
///
/// ```
/// use tierra::{Decimal, returns::{Allocation, pay_out}};
/// let part = |id: &str, cents| Allocation { id: id.into(), amount: Decimal::new(cents, 2) };
/// let paid = pay_out(&[part("a", 480), part("b", 1200)], &[part("a", 30)], Decimal::from(5))?;
/// assert_eq!((paid[0].paid, paid[0].carried), (Decimal::new(51, 1), Decimal::ZERO));
/// assert_eq!(paid[1].paid, Decimal::from(12));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn pay_out(amounts: &[Allocation], carried: &[Allocation], minimum: Decimal) -> Result<Vec<Payout>> {
    exact::check_sign("minimum", minimum, true)?;
    check_ids("amounts", amounts)?;
    check_ids("carried", carried)?;
    let carried_by_id = order::ranked_by(carried, |left, right| left.id.cmp(&right.id));
    let carried_to = |id: &str| {
        let at =
            carried_by_id.binary_search_by(|at| carried.get(*at).map_or("", |part| part.id.as_str()).cmp(id)).ok()?;
        carried_by_id.get(at).copied()
    };
    let mut is_alone = vec![true; carried.len()];
    let mut due = Vec::with_capacity(amounts.len() + carried.len());
    for part in amounts {
        let place = carried_to(&part.id);
        let before = place.and_then(|at| carried.get(at)).map_or(Decimal::ZERO, |part| part.amount);
        if let Some(alone) = place.and_then(|at| is_alone.get_mut(at)) {
            *alone = false;
        }
        due.push((&part.id, decimal::add(part.amount, before, "amount + carried")?));
    }
    due.extend(carried.iter().zip(is_alone).filter(|(_, alone)| *alone).map(|(part, _)| (&part.id, part.amount)));
    Ok(due.into_iter().map(|(id, due)| paid(id, due.normalize(), minimum)).collect())
}

fn paid(id: &str, due: Decimal, minimum: Decimal) -> Payout {
    let is_paid = due > Decimal::ZERO && due >= minimum;
    let (paid, carried) = if is_paid { (due, Decimal::ZERO) } else { (Decimal::ZERO, due) };
    Payout { id: id.to_owned(), due, paid, carried }
}

fn check_ids(path: &str, parts: &[Allocation]) -> Result<()> {
    for (index, part) in parts.iter().enumerate() {
        text::check_text("id", &part.id, MAX_ID, "the id of a party").map_err(|e| e.at_index(index).under(path))?;
    }
    order::refuse_repeat("id", parts.iter().map(|part| part.id.as_str())).map_err(|error| error.under(path))
}
